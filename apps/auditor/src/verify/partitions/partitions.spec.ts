import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Command, parseMoney } from '#domain';
import { openAccount } from '../../../../../test/support/commands.ts';
import { DrivenStore, priceBooks, start } from '../../../../../test/support/driven-store.ts';
import { order } from '../../../../../test/support/payment-process.ts';
import { scratchDirectory } from '../../../../../test/support/scratch-directory.ts';
import { packed } from '../../../testing/both-verifiers.ts';
import { finished, largeLedger, type Ledger, packLines, splitLines, unpack } from '../../../testing/bundles.ts';
import { expectSame } from '../../../testing/in-partitions.ts';
import { damages } from '../../../testing/log-damages.ts';
import { ScenarioCopies } from '../../../testing/scenario-copies.ts';
import { auditDirectory, type AuditReport } from '../../index.ts';
import { AuditScope } from '../../source/audit-scope.ts';
import type { LedgerReport } from '../audit-ledger.ts';
import { verifyBundle } from '../verify-bundle.ts';
import { soundInPartitions } from './audit-partitions.ts';
import type { AuditSource } from './audit-source.ts';
import { onePartition, planPartitions } from './partition-plan.ts';

const copies = new ScenarioCopies();

/** More partitions than threads, and than accounts. */
const plan = { threads: 2, partitions: 4, fitsWhole: true };
const tooManyForOne = { ...plan, fitsWhole: false };

interface Audits {
  readonly whole: AuditReport;
  /** Undefined if they leave it to an audit of the whole. */
  readonly byThreads: LedgerReport | undefined;
  readonly afterwards: AuditReport;
  /** What threads find, where nothing is left to an audit of the whole. */
  readonly byThreadsAlone: AuditReport;
}

async function audits(directory: string, accounts?: string): Promise<Audits> {
  const options = { priceBooks, ...(accounts !== undefined && { accounts }) };
  const place = { engine: 'sqlite', directory } as const;
  const source: AuditSource = { ...options, place, priceBooks: priceBooks.books };
  return {
    whole: await auditDirectory(directory, options, undefined, onePartition),
    byThreads: await soundInPartitions(source, [], plan),
    afterwards: await auditDirectory(directory, options, undefined, plan),
    byThreadsAlone: await auditDirectory(directory, options, undefined, tooManyForOne),
  };
}

describe('an audit by several threads', () => {
  it.each([[undefined], ['be'], ['nobody']])('says of a sound ledger what one says, accounts: %s', async (accounts) => {
    const { whole, byThreads, afterwards, byThreadsAlone } = await audits(copies.sound, accounts);
    expect([byThreads, afterwards, byThreadsAlone]).toEqual([whole, whole, whole]);
    expect(whole.found).toBe(0);
  });

  it('finds a transaction on two accounts of different partitions, as one audit does, and read models know whose it was', async () => {
    const directory = scratchDirectory();
    const driven = await DrivenStore.open(directory);
    const accounts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const words = { channel: 'reference', amount: parseMoney('7'), currency: 'CNY', paidAt: start } as const;
    for (const accountId of accounts) {
      await driven.run(accountId, openAccount(accountId), order('o1', '7'));
      // As it was done before payments were claimed.
      await driven.run(accountId, { kind: 'pay-order', orderId: 'o1', transactionId: 't1', ...words });
    }
    await driven.run('a', { ...order('o2', '7'), channel: 'bank' } as Command);
    await driven.close();
    const again = await DrivenStore.open(directory);
    const paidBy = (channel: string, transactionId: string): unknown =>
      again.readModels.idIndex.orderPaidBy({ channel, transactionId });
    expect(paidBy('reference', 't1')).toEqual({ accountId: expect.stringMatching(/^[a-f]$/), orderId: 'o1' });
    expect([paidBy('bank', 't1'), paidBy('reference', 't2'), paidBy('reference', 'o1')]).toEqual(
      Array(3).fill(undefined),
    );
    await again.close();
    const { whole, byThreads, afterwards, byThreadsAlone } = await audits(directory);
    expect(byThreads).toBeUndefined();
    expect(afterwards).toEqual(whole);
    expectSame(byThreadsAlone, whole);
    const found = whole.findings.map(({ kind, stream }) => `${kind} ${stream}`);
    expect(found).toEqual(accounts.slice(1).map((id) => `payment-credited-twice account-${id}`));
  });

  it('leaves a log that was changed to one, if it has room', async () => {
    const [, damage] = damages[0] ?? [];
    const copy = copies.damaged('events.db', (database) => damage?.(database));
    const { whole, byThreads, afterwards, byThreadsAlone } = await audits(copy);
    expect([byThreads, afterwards]).toEqual([undefined, whole]);
    expectSame(byThreadsAlone, whole);
    expect(whole.found).toBeGreaterThan(0);
  });

  it('leaves read models that were changed to one, if it has room', async () => {
    const copy = copies.damaged('read-models-0.db', (database) => {
      database.exec("UPDATE summaries SET available = '0.01'");
    });
    const { whole, byThreads, afterwards, byThreadsAlone } = await audits(copy);
    expect([byThreads, afterwards]).toEqual([undefined, whole]);
    expectSame(byThreadsAlone, whole);
    expect(whole.found).toBe(3);
  });

  it('says whose thread failed, if there is no room for one', async () => {
    const copy = scratchDirectory();
    await expect(auditDirectory(copy, { priceBooks }, undefined, tooManyForOne)).rejects.toThrow(
      'there is no event log',
    );
  });
});

describe('a bundle that several threads verify', () => {
  let ledger: Ledger;
  let lines: string[];
  let file: string;

  beforeAll(async () => {
    ledger = await largeLedger();
    lines = splitLines(unpack(await packLines(ledger)));
    file = join(ledger.directory, 'bundle');
  });
  async function verified(
    some: readonly string[],
  ): Promise<
    readonly [
      whole: AuditReport,
      byThreads: AuditReport | undefined,
      afterwards: AuditReport,
      byThreadsAlone: AuditReport,
    ]
  > {
    writeFileSync(file, await packed(finished(some.slice(0, -1))));
    return [
      await verifyBundle(file, ledger.outside),
      await soundInPartitions({ bundle: file }, ledger.outside, plan),
      await verifyBundle(file, ledger.outside, undefined, plan),
      await verifyBundle(file, ledger.outside, undefined, tooManyForOne),
    ];
  }

  it('is sound if one finds it sound', async () => {
    const [whole, ...others] = await verified(lines);
    expect(others).toEqual([whole, whole, whole]);
    expect(whole).toMatchObject({ findings: [], accounts: 4 });
  });

  it('is left to one where something was changed, if it has room', async () => {
    const changed = lines.map((line) => line.replace('\\"amount\\":\\"10\\"', '\\"amount\\":\\"11\\"'));
    const [whole, byThreads, afterwards, byThreadsAlone] = await verified(changed);
    expect([byThreads, afterwards]).toEqual([undefined, whole]);
    expect(whole.found).toBeGreaterThan(0);
    expectSame(byThreadsAlone, whole);
  });

  it.each<[string, (line: string) => string]>([
    ['is said twice', (line) => line.replace(/,"crc"/, ',"stream":"account-beta","crc"')],
    ['is written with an escape', (line) => line.replace('"account-acme"', '"account-\\u0061cme"')],
    ['stands behind a space', (line) => line.replace('"stream":"account-acme"', '"stream": "account-acme"')],
  ])('hides no event from them whose stream %s', async (_, change) => {
    const last = lines.findLastIndex((line) => line.startsWith('{"kind":"event"') && line.includes('"account-acme"'));
    const [whole, byThreads, ...others] = await verified(lines.with(last, change(lines[last] ?? '')));
    expect(byThreads).toEqual(whole.found === 0 ? whole : undefined);
    for (const other of others) expectSame(other, whole);
  });
});

describe('partitions', () => {
  it('have each account once, and what belongs to none is with the first', () => {
    for (const partitions of [1, 2, 3, 8]) {
      const scopes = Array.from(
        { length: partitions },
        (_, number) => new AuditScope(undefined, { number, of: partitions }),
      );
      const counts = scopes.map((scope) => {
        let count = 0;
        for (let account = 0; account < 8_000; account += 1) if (scope.hasAccount(`c-${String(account)}`)) count += 1;
        return count;
      });
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8_000);
      // Of accounts whose names differ in a number none has twice its part.
      for (const count of counts) expect(count).toBeLessThan((2 * 8_000) / partitions + 1);
      expect(scopes.map((scope) => scope.hasStream('checkpoints'))).toEqual(scopes.map((_, number) => number === 0));
    }
  });

  it('grow in number with the accounts, and one thread takes no more than it has room for', () => {
    const { threads } = planPartitions(0);
    expect(planPartitions(0)).toEqual({ threads, partitions: threads, fitsWhole: true });
    expect(planPartitions(threads * 50_000)).toMatchObject({ threads, partitions: threads });
    expect(planPartitions(threads * 500_000)).toEqual({ threads, partitions: 10 * threads, fitsWhole: false });
  });
});
