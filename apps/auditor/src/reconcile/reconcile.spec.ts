import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { scenarioDirectory, start } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditor, csvRows, type Ended, splitOutput } from '../../testing/run-auditor.ts';
import { CsvError, readCsvRows, rowCharactersMax } from './csv-rows.ts';

let data: string;
let scratch: string;
/** What a provider would write of the calls of `acme`, by the rules; its calls last no time. */
let usage: readonly string[];

beforeAll(async () => {
  data = await scenarioDirectory();
  scratch = scratchDirectory();
  const rows = csvRows((await auditor('holds', '--account', 'acme', '--data', data)).out);
  usage = rows
    .filter(({ status }) => status === 'settled')
    .map((row) => [row['hold'], row['opened_at'], row['outcome'], row['charged_quantity'], row['charged']].join(','));
});

const header = 'request_id,time,outcome,quantity,amount';
const at = (ms: number): string => new Date(start + ms).toISOString();

let files = 0;
function written(content: string | Buffer): string {
  files += 1;
  const file = join(scratch, `usage-${String(files)}.csv`);
  writeFileSync(file, content);
  return file;
}

function reconcile(lines: readonly string[], ...words: readonly string[]): Promise<Ended> {
  const file = written(`${[header, ...lines].join('\n')}\n`);
  return auditor('reconcile', file, '--account', 'acme', '--data', data, '--window', '0', ...words);
}

/** The same file with one row otherwise. */
function changed(holdId: string, change: (fields: string[]) => void): readonly string[] {
  return usage.map((line) => {
    const fields = line.split(',');
    if (fields[0] === holdId) change(fields);
    return fields.join(',');
  });
}

const differences = ({ out }: Ended): readonly string[] =>
  splitOutput(out).filter((line) => /^[a-z]+-[a-z]+ {2}/.test(line));

describe('auditor reconcile', () => {
  it('ends with 0 when both sides agree', async () => {
    const ended = await reconcile(usage);
    expect([ended.code, splitOutput(ended.out).at(-1), differences(ended)]).toEqual([
      0,
      'reconcile: 0 differences',
      [],
    ]);
    expect(ended.out).toContain(`${String(usage.length)} matched`);
    expect(usage.length).toBeGreaterThan(20);
  });

  it.each<[string, string, (fields: string[]) => void]>([
    ['another outcome', 'outcome-differs', (fields) => (fields[2] = 'mismatch')],
    ['a call that failed there', 'outcome-differs', (fields) => (fields[2] = 'failed')],
    ['another quantity', 'charged-differently', (fields) => (fields[3] = '7')],
    ['another amount', 'charged-differently', (fields) => (fields[4] = '0.01')],
    ['a call before its hold', 'time-differs', (fields) => (fields[1] = at(1_999))],
    ['a call after its settling', 'time-differs', (fields) => (fields[1] = at(2_001))],
  ])('finds %s', async (_, result, change) => {
    const ended = await reconcile(changed('h1', change));
    expect(ended.code).toBe(1);
    const line = usage.findIndex((row) => row.startsWith('h1,')) + 2;
    expect(differences(ended)).toEqual([`${result}  h1 (line ${String(line)})`]);
    expect(splitOutput(ended.out).at(-1)).toBe('reconcile: 1 differences');
  });

  it('finds what is missing here: unknown holds, and holds that were not charged', async () => {
    const more = [`never,${at(1_000)},match,,`, `h6,${at(7_000)},match,,`, `h7,${at(8_000)},failed,,`];
    const ended = await reconcile([...usage, ...more]);
    const first = usage.length + 2;
    expect(differences(ended)).toEqual([
      `missing-here  never (line ${String(first)})`,
      `missing-here  h6 (line ${String(first + 1)})`,
    ]);
    expect(ended.out).toContain('here:  no such hold');
  });

  it('finds a call that the file has twice, and what it does not have', async () => {
    const rest = usage.filter((row) => !row.startsWith('h1,'));
    const ended = await reconcile([...rest, rest[0] ?? '']);
    expect(differences(ended)).toEqual([
      `twice-there  ${String(rest[0]?.split(',')[0])} (line ${String(rest.length + 2)})`,
      'missing-there  h1',
    ]);
  });

  it('takes times within the window for the same, and misses nothing at the ends of the file', async () => {
    const late = changed('h1', (fields) => (fields[1] = at(12_000)));
    expect((await reconcile(late, '--window', '10')).code).toBe(0);
    expect((await reconcile(late, '--window', '9')).code).toBe(1);
    const rest = usage.filter((row) => !row.startsWith('h0,'));
    const period = ['--from', at(0), '--until', at(3_600_000)];
    expect(differences(await reconcile(rest, ...period, '--window', '1'))).toEqual(['missing-there  h0']);
    expect(differences(await reconcile(rest, ...period, '--window', '2'))).toEqual([]);
  });

  it('writes every call as CSV', async () => {
    const { out } = await reconcile(
      changed('h1', (fields) => (fields[2] = 'mismatch')),
      '--format',
      'csv',
    );
    const rows = csvRows(out);
    expect(rows).toHaveLength(usage.length);
    expect(rows.filter(({ result }) => result !== 'matched')).toMatchObject([
      {
        result: 'outcome-differs',
        request_id: 'h1',
        their_outcome: 'mismatch',
        our_outcome: 'match',
        our_amount: '1.6',
      },
    ]);
  });

  it('takes any order of columns, others beside them, and other names', async () => {
    const turned = usage.map((row) => {
      const [id, time, outcome] = row.split(',');
      return `"x, ""y""",${String(outcome).toUpperCase()},${String(time)},${String(id)}`;
    });
    const file = written(`\ufeff${['note,outcome,When,Request', ...turned].join('\r\n')}\r\n`);
    const names = ['--column', 'request_id=Request', '--column', 'time=When'];
    const words = ['reconcile', file, '--account', 'acme', '--data', data, '--window', '0', ...names];
    expect(await auditor(...words)).toMatchObject({ code: 0 });
  });

  it('says of each line what is wrong with it, and compares nothing then', async () => {
    const ended = await reconcile([
      'a b,x,y',
      'h1,2026-02-30T00:00:00Z,match',
      `h1,${at(0)},maybe`,
      `h1,${at(0)},match,0`,
      `h1,${at(0)},match,1,1e3`,
    ]);
    expect([ended.code, ended.out]).toEqual([2, '']);
    const lines = splitOutput(ended.errors).slice(1);
    expect(lines.map((line) => line.trim().slice(0, 7))).toEqual([
      'line 2:',
      'line 3:',
      'line 4:',
      'line 5:',
      'line 6:',
    ]);
  });

  it.each([
    ['no columns', 'a,b\n1,2\n', 'line 1: its first row does not name the columns request_id, time, outcome'],
    ['nothing', '', 'line 1: it is empty'],
    ['a quote that is not closed', `${header}\nh1,"x\n`, 'line 2: a quote that begins here is never closed'],
    ['no UTF-8', Buffer.from([0x72, 0xff, 0xfe]), 'line 1: from here on it is not UTF-8'],
  ])('refuses a file with %s', async (_, content, error) => {
    const words = ['reconcile', written(content), '--account', 'acme', '--data', data];
    const { code, errors } = await auditor(...words);
    expect([code, errors]).toEqual([2, expect.stringContaining(error)]);
  });

  it.each([
    ['an account that is not there', ['--account', 'nobody']],
    ['no account', []],
    ['a column that is none', ['--account', 'acme', '--column', 'colour=Red']],
  ])('cannot run with %s', async (_, words) => {
    const { code } = await auditor('reconcile', written(`${header}\n`), '--data', data, ...words);
    expect(code).toBe(2);
  });
});

describe('the rows of a CSV', () => {
  async function rows(content: string): Promise<unknown> {
    const found: unknown[] = [];
    for await (const { line, fields } of readCsvRows(written(content))) found.push([line, ...fields]);
    return found;
  }

  it.each<[string, unknown]>([
    [
      'a,b\nc,d',
      [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
      ],
    ],
    [
      'a\r\n\r\nb\r\n',
      [
        [1, 'a'],
        [3, 'b'],
      ],
    ],
    [
      'a\rb',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      '"a\nb",c\nd,e',
      [
        [1, 'a\nb', 'c'],
        [3, 'd', 'e'],
      ],
    ],
    [
      '"a\r\nb"\r\nc',
      [
        [1, 'a\r\nb'],
        [3, 'c'],
      ],
    ],
    ['"a ""b""",""', [[1, 'a "b"', '']]],
    [',\n', [[1, '', '']]],
    ['退款,🙂', [[1, '退款', '🙂']]],
    ['', []],
  ])('of %j', async (content, expected) => {
    expect(await rows(content)).toEqual(expected);
  });

  it.each([
    ['a"b', 1],
    ['\n"a"b', 2],
    ['x\n"a', 2],
    [`x\n${'y'.repeat(rowCharactersMax + 1)}`, 2],
  ])('refuses %j at line %i', async (content, line) => {
    await expect(rows(content)).rejects.toMatchObject({ name: CsvError.name, line });
  });

  it('has room for the longest', async () => {
    expect(await rows('y'.repeat(rowCharactersMax))).toHaveLength(1);
  });
});
