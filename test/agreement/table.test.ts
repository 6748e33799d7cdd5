import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ENGINE_NAMES } from '../../src/engine/engine-names.js';
import { TOLERANCES, toleranceTable } from '../engine/tolerances.js';

it('every engine but the reference has its tolerances, and docs/engines.md shows them', () => {
  expect(Object.keys(TOLERANCES)).toEqual(ENGINE_NAMES.filter((name) => name !== 'cpu'));
  expect(readFileSync(new URL('../../docs/engines.md', import.meta.url), 'utf8')).toContain(toleranceTable());
});
