import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { BillIssuer } from '#application';
import { type Command, localDate, parseMoney } from '#domain';
import { deposit, openAccount, settle } from '../../../../test/support/commands.ts';
import { DrivenStore, freezeUnits, start } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditor } from '../../testing/run-auditor.ts';

/** An account all of whose ids, and every text of whose events, would be a formula. */
const account = '-acme';
const formula = '=HYPERLINK("http://x",1)';

const dayMs = 86_400_000;

let directory: string;
let usage: string;
const date = localDate('Asia/Shanghai', start);

function calls(holdId: string, quantity: number): Command {
  return { ...freezeUnits(holdId, quantity), product: 'server' } as Command;
}

beforeAll(async () => {
  directory = scratchDirectory();
  const driven = await DrivenStore.open(directory);
  await driven.run(account, { ...openAccount(account), priceBook: 'aliyun-2021' });
  await driven.run(account, { ...deposit('-d1', '100'), reference: formula });
  const trial = { family: 'real-person', units: 100, how: 'trial', reason: null } as const;
  await driven.run(account, { kind: 'acquire-pack', packId: '-p1', ...trial });
  await driven.run(account, calls('-h1', 101), settle('-h1'));
  await driven.run(account, calls('-h2', 1), { kind: 'release', holdId: '-h2', reason: formula });
  await driven.run(account, {
    kind: 'adjust',
    adjustmentId: '-a1',
    amount: parseMoney('-5', 'signed'),
    reason: formula,
  });
  driven.clock.time += dayMs;
  const bills = new BillIssuer(driven.commands, driven.lanes, driven.store);
  expect(await bills.issueUpTo(account, date, { actor: 'spec', correlationId: 'spec' })).toBe(1);
  await driven.close();
  usage = join(directory, 'usage.csv');
  writeFileSync(
    usage,
    `request_id,time,outcome\n-h1,${new Date(start).toISOString()},match\n-h9,${new Date(start).toISOString()},match\n`,
  );
});

const everyCsv = [
  ['journal', '--format', 'csv'],
  ['holds', '--format', 'csv'],
  ['reconcile', 'usage', '--account', account, '--format', 'csv'],
  ['bill', account, date],
];

/** An id that begins with a dash stands behind `--`, so that it is no option. */
async function written(words: readonly string[], ...options: readonly string[]): Promise<string> {
  const named = words.map((word) => (word === 'usage' ? usage : word));
  const call =
    named[0] === 'bill'
      ? ['bill', ...options, '--data', directory, '--', account, date]
      : [...named, ...options, '--data', directory];
  return (await auditor(...call)).out;
}

/** By RFC 4180, with nothing else taken for one. */
function parseRows(text: string): readonly (readonly string[])[] {
  const rows = text.split('\r\n');
  expect(rows.pop()).toBe('');
  return rows.map((row) => {
    expect(row).toMatch(/^(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*$/);
    return [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare,
    );
  });
}

describe.each(everyCsv)('the CSV of auditor %s', (...words) => {
  it('has rows that end with CRLF and have as many cells as there are columns', async () => {
    const [head = [], ...rows] = parseRows(await written(words));
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row).toHaveLength(head.length);
  });

  it('has no cell that a spreadsheet would take for a formula, but for numbers of the ledger’s own', async () => {
    const cells = parseRows(await written(words)).flat();
    expect(cells.some((cell) => cell.startsWith("'-"))).toBe(true);
    expect(cells.filter((cell) => /^[-=+@\t\r\n]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell))).toEqual([]);
  });

  it('begins with a byte order mark where it is asked for, and only there', async () => {
    const plain = await written(words);
    expect(plain.startsWith('\ufeff')).toBe(false);
    expect(await written(words, '--bom')).toBe(`\ufeff${plain}`);
  });
});
