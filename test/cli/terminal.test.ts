import { describe, expect, it } from 'vitest';
import { formatTable } from '../../src/cli/format-table.js';
import { formatDuration, progressText } from '../../src/cli/progress-text.js';
import { statusText } from '../../src/cli/status-text.js';
import { createTerminal, cutToWidth } from '../../src/cli/terminal.js';
import { createTerminalLogger } from '../../src/cli/terminal-logger.js';
import { createTrainingProgress } from '../../src/cli/training-progress.js';

function sink(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) };
}

describe('the terminal', () => {
  it('keeps the status line last, below lines that come in between', () => {
    const screen = sink(true);
    const terminal = createTerminal(screen);
    terminal.status('50 %');
    terminal.line('hello');
    terminal.status(null);
    terminal.line('bye');
    expect(screen.written).toEqual(['\x1b[2K\r50 %', '\x1b[2K\rhello\n50 %', '\x1b[2K\r', 'bye\n']);
  });

  it('writes no status and no control sequences where there is no terminal', () => {
    const pipe = sink(false);
    const terminal = createTerminal(pipe);
    terminal.status('50 %');
    terminal.line('hello');
    expect(pipe.written).toEqual(['hello\n']);
  });

  it('cuts to the visible width, and ends colours at the cut', () => {
    expect(cutToWidth('abcdef', 6)).toBe('abcdef');
    expect(cutToWidth('abcdef', 3)).toBe('abc\x1b[0m');
    expect(cutToWidth('\x1b[31mabc\x1b[39m', 3)).toBe('\x1b[31mabc\x1b[39m');
    expect(cutToWidth('\x1b[31mabcd\x1b[39m', 3)).toBe('\x1b[31mabc\x1b[39m\x1b[0m');
  });
});

describe('the logger', () => {
  const lines = (verbosity: 'quiet' | 'normal' | 'verbose'): string => {
    const pipe = sink(false);
    const logger = createTerminalLogger(createTerminal(pipe), verbosity);
    logger.debug('d', { a: 1 });
    logger.info('i');
    logger.warn('w');
    logger.error('e');
    return pipe.written.join('');
  };
  it('quiet keeps warnings and errors', () => expect(lines('quiet')).toMatch(/^.*warning:.* w\n.*error:.* e\n$/));
  it('normal adds information', () => expect(lines('normal')).toMatch(/^i\n/));
  it('verbose adds debug lines with their fields', () => expect(lines('verbose')).toContain('d {"a":1}'));
});

describe('texts', () => {
  it.each([
    [850, '850 ms'],
    [12_400, '12 s'],
    [185_000, '3 min 5 s'],
    [7_440_000, '2 h 4 min'],
    [Number.NaN, 'unknown'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('progress shows the time left at the speed so far', () => {
    expect(progressText('generating', 1, 4, 1000)).toMatch(/^generating █{6}░{18} 1\/4 {2}3 s left$/);
    expect(progressText('generating', 0, 4, 10)).toContain('unknown left');
  });

  it('a table aligns numbers to the right and texts to the left', () => {
    expect(
      formatTable(
        ['n', 'name'],
        [
          ['5', 'a'],
          ['10', 'bcd'],
        ],
      ),
    ).toEqual([' n  name', '--  ----', ' 5  a', '10  bcd']);
  });

  it('the status shows pace, both ratios, where samples came from and who takes them', () => {
    const stats = {
      'server.samplesPerSecond': 1234.4,
      'mix.achieved': 0.2912,
      'mix.target': 0.3,
      'mix.fresh': 40,
      'mix.replayed': 7,
      'mix.substituted': 0,
      'generator.clips': 50,
      'generator.clipsPerSecond': 17.26,
      'generator.fresh': 3,
      'generator.engine': 'onnx-cpu',
      'server.consumers': 1,
    };
    expect(statusText(stats, false)).toBe(
      '1234 samples/s | ratio 0.291 of 0.3 | 40 fresh, 7 replayed | generator 17.3 clips/s, 3 ready | 1 consumer',
    );
    expect(statusText({ ...stats, 'generator.engine': 'starting', 'mix.substituted': 2 }, false)).toContain(
      '2 real in their place | generator starting, 3 ready',
    );
  });

  it('the status says loudly what is simulated or paused', () => {
    const text = statusText({ 'mix.paused': true, 'mix.target': 0 }, true);
    expect(text).toMatch(/SIMULATED DATA.*PAUSED.*0 samples\/s \| ratio 0\.000 of 0 \| no generator \| 0 consumers$/);
  });

  it('a training prints a line at most every 10 s without a terminal, and the last one in any case', () => {
    const pipe = sink(false);
    const terminal = createTerminal(pipe);
    let time = 0;
    const logger = createTerminalLogger(terminal, 'normal');
    const progress = createTrainingProgress('denoiser', { terminal, logger, quiet: false }, () => time);
    for (let step = 1; step <= 100; step++) {
      time += 300;
      progress.show({ step, steps: 100, loss: 0.5, stepsPerSecond: 3.3, etaMs: 300 * (100 - step) });
    }
    expect(pipe.written.map((line) => line.split(' ')[1])).toEqual(['1/100', '35/100', '69/100', '100/100']);
    expect(pipe.written[0]).toBe('denoiser 1/100  loss 0.5000  3.3 steps/s  30 s left\n');
  });
});
