import { HoldfastClient } from '#client';
import { readConfig } from './config.ts';
import { runDemo } from './demo.ts';
import { demoAccounts } from './demo-accounts.ts';
import { allAgree, formatReport, reportToJson } from './report.ts';
import { flawless, SimulatedProvider } from './simulated-provider.ts';

/*
 * The reference gateway as a program: demo traffic, then a table. Exits with 0 when every account paid what its price
 * table says, with 1 when not or when the ledger could not be asked, with 2 for arguments that cannot be used.
 */

const chances = { notIssued: 0.02, abandoned: 0.04, error: 0.12, mismatch: 0.1, partial: 0.5 };

/** Longest that the simulated provider takes for an answer, in ms. */
const latencyMaxMs = 20;

/** Between two progress lines, in ms. */
const progressEveryMs = 200;

async function main(): Promise<void> {
  const { url, key, seconds, seed, json } = readConfig(process.argv);
  const report = await runDemo({
    ledger: new HoldfastClient({ baseUrl: url, key }),
    provider: new SimulatedProvider(seed, chances, latencyMaxMs),
    packProvider: new SimulatedProvider(seed, flawless, latencyMaxMs),
    accounts: demoAccounts,
    run: `run-${Date.now().toString(36)}-${process.pid.toString(36)}`,
    secondsMax: seconds,
    progress: process.stderr.isTTY ? showProgress() : () => undefined,
  });
  process.stdout.write(`${json ? reportToJson(report) : formatReport(report)}\n`);
  process.exitCode = allAgree(report) ? 0 : 1;
}

/** One line that is written over; it is gone when all is done. */
function showProgress(): (done: number, of: number) => void {
  let shownAt = 0;
  return (done, of) => {
    const now = performance.now();
    if (done < of && now - shownAt < progressEveryMs) return;
    shownAt = now;
    process.stderr.write(`\r\u001b[K${done < of ? `${String(done)} of ${String(of)} verifications` : ''}`);
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`The demo could not be run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
