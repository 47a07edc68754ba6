import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { damagedCopy, listAppends, rechained } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { largeLedger, type Ledger } from '../../testing/bundles.ts';
import { auditedInPartitions } from '../../testing/in-partitions.ts';
import { auditor } from '../../testing/run-auditor.ts';
import type { AuditReport } from '../index.ts';

let ledger: Ledger;

beforeAll(async () => {
  ledger = await largeLedger();
});

/** A copy in which somebody who owns the database has worked, without the read models that would know better. */
function owned(damage: (database: DatabaseSync) => void): string {
  const copy = damagedCopy(ledger.directory, 'events.db', damage);
  for (const name of readdirSync(copy)) if (name.startsWith('read-models')) rmSync(join(copy, name));
  return copy;
}

async function listKinds(directory: string, outside = ledger.outside): Promise<readonly string[]> {
  const report: AuditReport = await auditedInPartitions(directory, { outside });
  return [...new Set(report.findings.map(({ kind }) => kind))];
}

/** Cuts everything off from a position on, and leaves no trace of it. */
function cutOff(database: DatabaseSync, position: number): void {
  database.prepare('DELETE FROM appends WHERE position >= ?').run(position);
  database.prepare('DELETE FROM marks WHERE position >= ?').run(position);
  database.exec(`
    DELETE FROM heads;
    INSERT INTO heads SELECT stream, max(revision + count - 1), max(position) FROM appends GROUP BY stream;
    UPDATE heads_saved SET until = (SELECT max(position + count) - 1 FROM appends);
    DELETE FROM streams WHERE id NOT IN (SELECT stream FROM heads);
  `);
}

describe('a store with checkpoints', () => {
  it('has no findings, alone and beside checkpoints that were kept outside', async () => {
    expect(await listKinds(ledger.directory, [])).toEqual([]);
    expect(await listKinds(ledger.directory)).toEqual([]);
  });

  it('is convicted of a tail that was cut off without a trace by one of them', async () => {
    const [old, , , last] = ledger.outside;
    if (old === undefined || last === undefined) throw new Error('there are no checkpoints');
    const copy = owned((database) => {
      cutOff(database, last.events - 2);
    });
    expect(await listKinds(copy, [])).toEqual([]);
    expect(await listKinds(copy, [old])).toEqual([]);
    expect(await listKinds(copy, [last])).toEqual(['checkpoint-differs', 'log-cut-off']);
  });

  it('is convicted of a change with the chain rebuilt by the checkpoints in it', async () => {
    const copy = owned((database) => {
      rechained(database, 'account-gone', (event) => ({ ...event, metadata: '{"actor":"thief"}' }));
    });
    const { findings } = await auditedInPartitions(copy);
    expect(findings.map(({ kind, stream }) => `${kind} ${stream}`)).toEqual(
      Array(3).fill('checkpoint-root-wrong checkpoints'),
    );
  });

  it('is convicted by one that was kept outside even if all checkpoints were rebuilt, or are gone', async () => {
    const [old] = ledger.outside;
    if (old === undefined) throw new Error('there are no checkpoints');
    const copy = owned((database) => {
      const [first] = listAppends(database, 'checkpoints');
      cutOff(database, first?.position ?? 0);
      rechained(database, 'account-first', (event) => ({ ...event, metadata: '{"actor":"thief"}' }));
    });
    expect(await listKinds(copy, [])).toEqual([]);
    expect(await listKinds(copy, [old])).toEqual(['checkpoint-differs', 'checkpoint-root-wrong']);
  });

  it('shows a checkpoint that nobody signed, in place of another', async () => {
    const copy = owned((database) => {
      rechained(database, 'checkpoints', (event) => ({
        ...event,
        data: event.data.replace('"streams":1', '"streams":2'),
      }));
    });
    expect(await listKinds(copy, [])).toContain('checkpoint-signature-wrong');
  });
});

describe('the command line', () => {
  function file(name: string, text: string): string {
    const directory = scratchDirectory();
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  }

  it('exports a bundle that it verifies without the ledger, for its owner only, and writes nothing over', async () => {
    const bundle = file('x', '').replace(/x$/, 'ledger.bundle');
    const exported = await auditor('export', bundle, '--data', ledger.directory);
    expect(exported).toMatchObject({ code: 0 });
    expect(exported.out).toMatch(/^\d+ events in .*\nsha256 [0-9a-f]{64}\nnote: this export is not recorded/);
    expect(statSync(bundle).mode & 0o777).toBe(0o600);
    const outside = file('outside.jsonl', ledger.outside.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const verified = await auditor('verify', bundle, '--checkpoint', outside);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.out).toContain('audit: 0 findings');
    expect(await auditor('export', bundle, '--data', ledger.directory)).toMatchObject({ code: 2 });
    expect(readdirSync(join(bundle, '..')).sort()).toEqual(['ledger.bundle', 'x']);
  });

  it('exports accounts and periods', async () => {
    const bundle = file('x', '').replace(/x$/, 'part.bundle');
    const period = ['--from', '2026-01-29T04:00:05Z', '--until', '2026-01-29T04:20:00Z'];
    const exported = await auditor('export', bundle, '--data', ledger.directory, '--accounts', 'acme', ...period);
    expect(exported).toMatchObject({ code: 0 });
    const verified = await auditor('verify', bundle);
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('note: a period that does not begin')]);
  });

  it('ends with 1 for a checkpoint of another ledger, and with 2 for a file that holds none', async () => {
    const [one] = ledger.outside;
    const other = file('other', JSON.stringify({ ...one, root: 'f'.repeat(64) }));
    const found = await auditor('verify', '--data', ledger.directory, '--checkpoint', other);
    expect([found.code, found.out]).toEqual([1, expect.stringContaining('checkpoint-root-wrong')]);
    const none = await auditor('verify', '--data', ledger.directory, '--checkpoint', file('none', '{}\n'));
    expect(none.code).toBe(2);
    const noBundle = await auditor('verify', join(ledger.directory, 'no.bundle'));
    expect(noBundle.code).toBe(2);
  });

  it('passes over a line of the file that is torn, says so, and compares with all others', async () => {
    const [first, , , last] = ledger.outside.map((one) => JSON.stringify(one));
    const torn = file(
      'torn',
      `${first ?? ''}\n${last?.slice(0, 90) ?? ''}\n${last ?? ''}\n${first?.slice(0, 40) ?? ''}`,
    );
    const found = await auditor('verify', '--data', ledger.directory, '--checkpoint', torn);
    expect([found.code, found.out]).toEqual([1, expect.stringContaining('audit: 2 findings')]);
    expect(found.out.match(/^checkpoint-line-torn .*line [24]\b/gm)).toHaveLength(2);
    const bundle = file('x', '').replace(/x$/, 'torn.bundle');
    await auditor('export', bundle, '--data', ledger.directory);
    const ofBundle = await auditor('verify', bundle, '--checkpoint', torn);
    expect([ofBundle.code, ofBundle.out]).toEqual([1, expect.stringContaining('audit: 2 findings')]);
  });

  it('does not say that an export was written down if it was not', async () => {
    const bundle = file('x', '').replace(/x$/, 'told.bundle');
    const exported = await auditor('export', bundle, '--data', ledger.directory, '--record', 'http://127.0.0.1:9');
    expect(exported.code).toBe(2);
    expect(exported.errors).toContain('HOLDFAST_AUDITOR_KEY is not set');
  });
});
