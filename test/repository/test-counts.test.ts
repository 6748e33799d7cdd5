import { describe, expect, it } from 'vitest';
import { countJUnit, countVitest, formatCounts, sumCounts, withExitCode } from '../../scripts/lib/test-counts.mjs';

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((status) => ({ status })) });
const vitest = (...testResults: unknown[]): string => JSON.stringify({ testResults });

describe('the counts of a vitest report', () => {
  it('tell passed, failed and left out tests apart', () => {
    const report = vitest(file('failed', 'passed', 'failed', 'skipped'), file('passed', 'passed', 'todo', 'pending'));
    expect(countVitest(report)).toEqual({ passed: 2, failed: 1, skipped: 3 });
  });

  it('have one failure for a file that could not be loaded', () => {
    expect(countVitest(vitest(file('failed'), file('passed', 'passed')))).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('have one failure for a file whose hook failed after its tests passed', () => {
    expect(countVitest(vitest(file('failed', 'passed')))).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });
});

describe('the counts of a JUnit report', () => {
  it('add up the suites, and errors are failures', () => {
    const xml = `<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="a" errors="1" failures="2" skipped="3" tests="10" time="0.1">
      <testcase classname="t" name="testsuite tests=&quot;9&quot;"/></testsuite><testsuite tests="4" errors="0" failures="0"></testsuite></testsuites>`;
    expect(countJUnit(xml)).toEqual({ passed: 8, failed: 3, skipped: 3 });
  });
});

describe('a runner that ends with an error', () => {
  it('has failed once where its report names no failure', () => {
    expect(withExitCode({ passed: 3, failed: 0, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('keeps the failures of its report', () => {
    expect(withExitCode({ passed: 3, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });
});

describe('the closing line', () => {
  it('is the sum, and names skipped tests only where there are some', () => {
    const part = { passed: 2, failed: 1, skipped: 0 };
    expect(formatCounts(sumCounts([part, part]))).toBe('4 passed, 2 failed');
    expect(formatCounts(sumCounts([part, { ...part, skipped: 5 }]))).toBe('4 passed, 2 failed, 5 skipped');
  });
});
