import { expect, it } from 'vitest';
import { createWorkProgress } from '../../src/cli/work-progress.js';
import { silentLogger } from '../../src/core/logger.js';

function watched(isTty: boolean, quiet = false) {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const terminal = { isTty, status: (text: string | null) => lines.push(`status ${text}`) };
  const logger = { ...silentLogger, info: (text: string) => lines.push(text) };
  const show = createWorkProgress({ terminal: terminal as never, logger, quiet }, () => clock.ms);
  return { lines, clock, show };
}

it('prints a line every ten seconds where nobody watches a terminal', () => {
  const { lines, clock, show } = watched(false);
  for (let step = 1; step <= 25; step++) {
    clock.ms += 1000;
    show('sampling default', step, 25);
  }
  expect(lines).toEqual(['sampling default 10/25', 'sampling default 20/25']);
});

it('redraws the status of a terminal, and says nothing where that is asked for', () => {
  const { lines, clock, show } = watched(true);
  clock.ms = 150;
  show('work', 1, 2);
  expect(lines).toEqual(['status work 1/2']);
  const quiet = watched(false, true);
  quiet.clock.ms = 60_000;
  quiet.show('work', 1, 2);
  expect(quiet.lines).toEqual([]);
});
