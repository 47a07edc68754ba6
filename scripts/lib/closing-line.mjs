import { seedsText } from './seeds.mjs';

/**
 * A jest reporter that ends the run with one plain line that any CI can read; before it, how to repeat what was random
 * in a run that failed.
 */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    if (failed > 0) process.stdout.write(`\nRandom tests repeat this run with ${seedsText()}\n`);
    process.stdout.write(`\n${numPassedTests} passed, ${failed} failed${skipped}\n`);
  }
}
