/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

/**
 * Counts of a vitest JSON report. A file that could not be loaded counts as one failure.
 * @param {string} json
 * @returns {Counts}
 */
export function countVitest(json) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of JSON.parse(json).testResults) {
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) counts.failed++;
    for (const { status } of file.assertionResults) {
      if (status === 'passed' || status === 'failed') counts[status]++;
      else counts.skipped++;
    }
  }
  return counts;
}

/**
 * Counts of a JUnit XML report as pytest writes it. Errors outside the test itself (collection, fixtures) count as failures.
 * @param {string} xml
 * @returns {Counts}
 */
export function countJUnit(xml) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [suite] of xml.matchAll(/<testsuite\s[^>]*>/g)) {
    const number = (name) => Number(suite.match(new RegExp(`\\s${name}="(\\d+)"`))?.[1] ?? 0);
    const failed = number('failures') + number('errors');
    counts.failed += failed;
    counts.skipped += number('skipped');
    counts.passed += Math.max(0, number('tests') - failed - number('skipped'));
  }
  return counts;
}

/**
 * A runner that ends with an error has failed, even where its report names no failed test or is missing.
 * @param {Counts} counts
 * @param {number} exitCode
 * @returns {Counts}
 */
export function withExitCode(counts, exitCode) {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * @param {readonly Counts[]} parts
 * @returns {Counts}
 */
export function sumCounts(parts) {
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/**
 * `12 passed, 0 failed`, with `, 3 skipped` where some were.
 * @param {Counts} counts
 */
export function formatCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
