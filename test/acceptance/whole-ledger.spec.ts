import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Bills } from '#application';
import { BEGINNING, type RecordedEvent } from '#application/ports';
import {
  accountEventTypes,
  accountOfStream,
  balanceTexts,
  type Command,
  decodeEvent,
  fold,
  PriceBookCatalog,
  shippedPriceBooks,
  writeSnapshot,
} from '#domain';
import type { OutsideCheckpoint } from '#proofs';
import { runCommandLine } from '../../apps/auditor/src/cli/command-line.ts';
import { auditDirectory } from '../../apps/auditor/src/index.ts';
import { soundInPartitions } from '../../apps/auditor/src/verify/partitions/audit-partitions.ts';
import { onePartition } from '../../apps/auditor/src/verify/partitions/partition-plan.ts';
import { hledger } from '../support/hledger.ts';
import { scratchDirectory } from '../support/scratch-directory.ts';
import { hledger as hledgerProgram, itWith, python, pythonProgram } from '../support/tools.ts';
import { WholeScenario } from '../support/whole-scenario.ts';

/** Every command that there is: the compiler asks for a new one here. */
const commands: Readonly<Record<Command['kind'], true>> = {
  'open-account': true,
  deposit: true,
  withdraw: true,
  adjust: true,
  freeze: true,
  settle: true,
  fail: true,
  release: true,
  refund: true,
  'reverse-deposit': true,
  'expire-due': true,
  suspend: true,
  resume: true,
  close: true,
  'acquire-pack': true,
  'refund-pack': true,
  'set-budget': true,
  'issue-bill': true,
  'open-order': true,
  'pay-order': true,
  'change-terms': true,
};

/** Events of the streams that are no account's. */
const registers = [
  'checkpoint-signed.v1',
  'export-made.v1',
  'key-created.v1',
  'key-revoked.v1',
  'payment-claimed.v1',
  'payment-unmatched.v1',
  'price-book-published.v1',
  'signing-key-announced.v1',
  'unmatched-payment-assigned.v1',
  'unmatched-payment-claimed.v1',
  'unmatched-payment-paid-back.v1',
  'unmatched-payment-unclaimed.v1',
  'webhook-deleted.v1',
  'webhook-disabled.v1',
  'webhook-enabled.v1',
  'webhook-registered.v1',
  'webhook-replay-asked.v1',
  'webhook-secret-rotated.v1',
];

const verifier = fileURLToPath(new URL('../../docs/verify_bundle.py', import.meta.url));

let directory: string;
let events: readonly RecordedEvent[];
let carriedOut: ReadonlySet<string>;
let outside: readonly OutsideCheckpoint[];
/** What the ledger itself shows of every account's state, and of every bill. */
const states = new Map<string, string>();
const balances = new Map<string, object>();
const bills: { readonly accountId: string; readonly date: string; readonly text: string }[] = [];

beforeAll(async () => {
  directory = scratchDirectory();
  const scenario = await WholeScenario.run(directory);
  ({ carriedOut } = scenario);
  ({ outside } = scenario.store);
  const { store, lanes, readModels } = scenario.store.driven;
  ({ events } = await store.readAll(BEGINNING, 100_000));
  const shown = new Bills(lanes, store, readModels.snapshots, readModels.idIndex);
  for (const accountId of accounts()) {
    states.set(accountId, await lanes.read(accountId, ({ state }) => writeSnapshot(state)));
    balances.set(accountId, await lanes.read(accountId, ({ state }) => balanceTexts(state.summary.balance)));
    for (const event of listEvents(accountId)) {
      if (event.type !== 'bill-issued.v1') continue;
      const { date } = event.data;
      const bill = await shown.bill(accountId, date);
      if (typeof bill === 'string') throw new Error(`${accountId} ${date}: ${bill}`);
      bills.push({ accountId, date, text: JSON.stringify(bill.document) });
    }
  }
  await scenario.store.close();
});

function accounts(): readonly string[] {
  return [...new Set(events.flatMap(({ stream }) => accountOfStream(stream) ?? []))];
}

function listEvents(accountId: string): readonly ReturnType<typeof decodeEvent>[] {
  const own = events.filter(({ stream }) => accountOfStream(stream) === accountId);
  return own.map(({ type, data }) => decodeEvent(type, data));
}

/** Runs the auditor's command line over the ledger; by its clock the scenario has just ended. */
async function auditor(...words: readonly string[]): Promise<{ code: number; out: string; errors: string }> {
  let [out, errors] = ['', ''];
  const code = await runCommandLine(words, {
    write: (text) => (out += text),
    complain: (text) => (errors += text),
    errorTerminal: { write: () => true },
    now: () => Math.max(...events.map(({ data }) => (JSON.parse(data) as { at: number }).at)),
    priceBooks: new PriceBookCatalog(shippedPriceBooks),
  });
  return { code, out, errors };
}

describe('a ledger in which everything has happened', () => {
  it('has every command, and every event that there is', () => {
    expect([...carriedOut].sort()).toEqual(Object.keys(commands).sort());
    const occurred = [...new Set(events.map(({ type }) => type))].filter(
      (type) => !type.startsWith('webhook-progress'),
    );
    expect(occurred.sort()).toEqual([...accountEventTypes, ...registers].sort());
  });

  it('is found sound by a full audit, its read models and snapshots with it', async () => {
    const options = { priceBooks: new PriceBookCatalog(shippedPriceBooks), outside };
    const source = { place: { engine: 'sqlite', directory }, priceBooks: options.priceBooks.books } as const;
    const byThreads = await soundInPartitions(source, outside, { threads: 2, partitions: 5, fitsWhole: true });
    const whole = await auditDirectory(directory, options, undefined, onePartition);
    expect(whole).toMatchObject({ findings: [], found: 0, notes: [] });
    expect(byThreads).toEqual(whole);
    expect((await auditor('diff', '--data', directory)).code).toBe(0);
    const readModels = new DatabaseSync(join(directory, 'read-models-0.db'), { readOnly: true });
    const { kept } = readModels.prepare('SELECT count(*) AS kept FROM snapshots').get() as { kept: number };
    readModels.close();
    expect(kept).toBeGreaterThan(1);
    expect((await auditor('verify', '--hashes', '--data', directory)).out).toMatch(/audit: 0 findings\n$/);
  });

  it('comes to the same states when its events are folded again', () => {
    for (const [accountId, state] of states) expect(writeSnapshot(fold(listEvents(accountId)))).toBe(state);
    expect(states.size).toBe(6);
  });

  it('replays every account to the balance that the service shows', async () => {
    for (const [accountId, balance] of balances) {
      const replayed = await auditor('replay', accountId, '--data', directory);
      expect([replayed.code, replayed.errors]).toEqual([0, '']);
      const { out } = await auditor(
        'balance',
        accountId,
        '--data',
        directory,
        '--revision',
        String(listEvents(accountId).length - 1),
        '--json',
      );
      expect(JSON.parse(out)).toMatchObject({ accountId, balance });
    }
  });

  it('has its bills recomputed by the auditor, byte for byte', async () => {
    expect(bills.length).toBeGreaterThan(8);
    for (const { accountId, date, text } of bills) {
      const given = join(directory, `${accountId}-${date}.json`);
      writeFileSync(given, text);
      const { code, errors } = await auditor('bill', accountId, date, '--given', given, '--data', directory);
      expect([accountId, date, code, errors]).toEqual([accountId, date, 0, '']);
    }
  });

  itWith(python)('goes into a bundle that both verifiers find sound', async () => {
    const bundle = join(directory, 'ledger.bundle');
    const exported = await auditor('export', bundle, '--data', directory);
    expect([exported.code, exported.errors]).toEqual([0, '']);
    expect((await auditor('verify', bundle)).out).toMatch(/audit: 0 findings\n$/);
    const kept = join(directory, 'outside.jsonl');
    writeFileSync(kept, outside.map((one) => `${JSON.stringify(one)}\n`).join(''));
    expect((await auditor('verify', bundle, '--checkpoint', kept)).code).toBe(0);
    const words = [verifier, bundle, '--checkpoint', kept];
    const { status, stdout } = spawnSync(pythonProgram.stdout.trim(), words, { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringContaining('0 findings')]);
  });

  itWith(hledgerProgram)('has a journal that hledger accepts, and that comes to nothing over all', async () => {
    const { code, out, errors } = await auditor('journal', '--format', 'hledger', '--data', directory);
    expect([code, errors]).toEqual([0, '']);
    expect(hledger(out, 'check')).toBe('');
    const total = hledger(out, 'balance', '--depth', '0');
    expect(total.trim().split('\n').at(-1)?.trim()).toBe('0');
  });
});
