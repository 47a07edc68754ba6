import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Command, offsetReader } from '#domain';
import { deposit, openAccount, settle } from '../../../../test/support/commands.ts';
import { DrivenStore, freezeUnits, runScenario, start } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditor, csvRows, type Ended, splitOutput } from '../../testing/run-auditor.ts';
import { toInstant, usageTime } from './usage-times.ts';

let data: string;
let scratch: string;
/** Settled holds of an account, as `auditor holds` tells them. */
let settled: (accountId: string) => readonly Readonly<Record<string, string>>[];

beforeAll(async () => {
  data = scratchDirectory();
  const driven = await DrivenStore.open(data);
  await runScenario(driven);
  await driven.run('agency', { ...openAccount('agency'), priceBook: 'aliyun-2021' }, deposit('d1', '100'));
  const trial = { family: 'real-person', units: 100, how: 'trial', reason: null } as const;
  await driven.run('agency', { kind: 'acquire-pack', packId: 'try-1', ...trial });
  for (const holdId of ['packs', 'both']) {
    await driven.run('agency', { ...freezeUnits(holdId, 60), product: 'server' } as Command, settle(holdId));
  }
  await driven.close();
  scratch = scratchDirectory();
  const rows = csvRows((await auditor('holds', '--data', data)).out);
  settled = (accountId) => rows.filter(({ account, status }) => account === accountId && status === 'settled');
});

const at = (ms: number): string => new Date(start + ms).toISOString();

let files = 0;
function written(content: string | Buffer): string {
  files += 1;
  const file = join(scratch, `provider-${String(files)}.csv`);
  writeFileSync(file, content);
  return file;
}

function reconcile(lines: readonly string[], ...words: readonly string[]): Promise<Ended> {
  const file = written(`${lines.join('\n')}\n`);
  return auditor('reconcile', file, '--data', data, '--window', '0', ...words);
}

const differences = ({ out }: Ended): readonly string[] =>
  splitOutput(out).filter((line) => /^[a-z]+-[a-z]+ {2}/.test(line));

const header = 'request_id,time,outcome';
const acme = ['--account', 'acme'];

/** A row for each settled hold of acme. */
function usage(): string[] {
  return settled('acme').map(({ hold, opened_at: time, outcome }) => [hold, time, outcome].join(','));
}

describe('calls that failed', () => {
  it('and have no hold are as they should be: nothing was charged', async () => {
    const ended = await reconcile([header, ...usage(), `never,${at(1_000)},failed`], ...acme);
    expect([ended.code, differences(ended)]).toEqual([0, []]);
  });

  it('and were tried again under the same id are attempts of one request', async () => {
    const [first = ''] = usage();
    const [id = '', time = ''] = first.split(',');
    const failed = `${id},${time},failed`;
    expect((await reconcile([header, failed, failed, ...usage()], ...acme)).code).toBe(0);
    expect((await reconcile([header, ...usage(), failed], ...acme)).code).toBe(0);
    const twice = await reconcile([header, failed, ...usage(), first], ...acme);
    expect(differences(twice)).toEqual([`twice-there  ${id} (line ${String(usage().length + 3)})`]);
    const never = await reconcile([header, failed, ...usage().slice(1)], ...acme);
    expect(differences(never)).toEqual([`outcome-differs  ${id} (line 2)`]);
  });
});

describe('a file without calls', () => {
  it('is refused unless it is said what time it covers', async () => {
    const refused = await reconcile([header], ...acme);
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.errors).toContain('it has no calls, so --from and --until have to say what time it covers');
    for (const half of ['--from', '--until']) expect((await reconcile([header], ...acme, half, at(0))).code).toBe(2);
    const result = await reconcile([header], ...acme, '--from', at(0), '--until', at(86_400_000));
    expect([result.code, differences(result).length]).toEqual([1, settled('acme').length]);
  });
});

describe('a file whose rows do not fit its first', () => {
  it.each([
    ['a field too few', [header, `h1,${at(0)}`], 'line 2: it has 2 fields, and the first row 3'],
    ['a field too many', [header, `h1,${at(0)},match,1`], 'line 2: it has 4 fields, and the first row 3'],
    ['a column twice', ['request_id,time,outcome,time', 'a,b,c,d'], 'names more than once the columns time'],
  ])('is refused with %s', async (_, lines, error) => {
    const { code, errors } = await reconcile(lines, ...acme);
    expect([code, errors]).toEqual([2, expect.stringContaining(error)]);
  });
});

describe('a file as spreadsheets write it', () => {
  const local = (time: string): string => {
    // 2026-01-29T04:00:00Z is shown as 2026/1/29 12:00 in Shanghai.
    const shown = new Date(Date.parse(time) + 8 * 3_600_000).toISOString();
    const [year, month, day] = shown.slice(0, 10).split('-').map(Number);
    return `${String(year)}/${String(month)}/${String(day)} ${shown.slice(11, 19)}`;
  };

  it.each([';', '\t'])(
    'may have its fields apart by %j, local times and the words 一致 and 不一致',
    async (delimiter) => {
      const lines = usage().map((row) => {
        const [id = '', time = '', outcome] = row.split(',');
        return [id, local(time), outcome === 'match' ? '一致' : '不一致'].join(delimiter);
      });
      const ended = await reconcile([header.replaceAll(',', delimiter), ...lines], ...acme, '--window', '1');
      expect([ended.code, differences(ended)]).toEqual([0, []]);
      const elsewhere = await reconcile(
        [header.replaceAll(',', delimiter), ...lines],
        ...[...acme, '--window', '1', '--time-zone', 'UTC'],
      );
      expect(elsewhere.code).toBe(1);
    },
  );

  it('may have words of its own, and be in GB18030', async () => {
    const lines = usage().map((row) => row.replace(/,match$/, ',通过').replace(/,mismatch$/, ',不通过'));
    const words = [...acme, '--outcome', 'match=通过', '--outcome', 'mismatch=不通过'];
    expect((await reconcile([header, ...lines], ...words)).code).toBe(0);
    expect((await reconcile([header, ...lines], ...acme)).errors).toContain('is none of match, mismatch, failed, 一致');
    // 一致 in GB18030.
    const encoded = Buffer.concat([
      Buffer.from(`${header}\n`),
      ...usage().map((row) => {
        const isMatch = row.endsWith(',match');
        const rest = Buffer.from(isMatch ? row.replace(/match$/, '') : row);
        return Buffer.concat([rest, isMatch ? Buffer.from([0xd2, 0xbb, 0xd6, 0xc2]) : Buffer.of(), Buffer.from('\n')]);
      }),
    ]);
    const file = written(encoded);
    const gb = await auditor('reconcile', file, '--data', data, '--window', '0', ...acme, '--encoding', 'gb18030');
    expect(gb.code).toBe(0);
    expect((await auditor('reconcile', file, '--data', data, ...acme)).errors).toContain('it is not UTF-8');
  });

  it.each([
    ['an outcome that is none', ['--outcome', 'perhaps=x']],
    ['a time zone that is none', ['--time-zone', 'Mars/Base']],
    ['an encoding that is none', ['--encoding', 'runes']],
  ])('is not read with %s', async (_, words) => {
    expect((await reconcile([header, ...usage()], ...acme, ...words)).code).toBe(2);
  });
});

describe('a file of many accounts', () => {
  const withAccounts = (): string[] =>
    ['acme', 'agency'].flatMap((accountId) =>
      settled(accountId).map(({ hold, opened_at: time, outcome }) => [accountId, hold, time, outcome].join(',')),
    );
  const heads = `account,${header}`;

  it('is compared account by account', async () => {
    const ended = await reconcile([heads, ...withAccounts()]);
    expect([ended.code, differences(ended)]).toEqual([0, []]);
    expect(ended.out).toContain(`${String(withAccounts().length)} matched`);
  });

  it('tells of which account a difference is', async () => {
    const [first = '', ...rest] = withAccounts();
    const more = [`nobody,h1,${at(0)},match`, `agency,never,${at(0)},match`];
    const period = ['--from', at(-1_000), '--until', at(86_400_000)];
    const ended = await reconcile([heads, ...rest, ...more], ...period);
    expect(differences(ended)).toEqual([
      `missing-here  nobody/h1 (line ${String(rest.length + 2)})`,
      `missing-here  agency/never (line ${String(rest.length + 3)})`,
      `missing-there  acme/${String(first.split(',')[1])}`,
    ]);
  });

  it('is refused where it contradicts --account, and where nobody says whose calls they are', async () => {
    const contradicting = await reconcile([heads, ...withAccounts()], ...acme);
    expect(contradicting.errors).toContain('it is of the account agency, and --account says acme');
    expect((await reconcile([header, ...usage()])).errors).toContain('--account has to say whose calls they are');
  });

  it('may call the column as it likes', async () => {
    const named = ['--column', 'account=客户'];
    expect((await reconcile([heads.replace('account', '客户'), ...withAccounts()], ...named)).code).toBe(0);
  });
});

describe('calls that resource packs have paid for', () => {
  it('are charged no money here, whatever the provider asks for them', async () => {
    const paid = settled('agency').map(({ hold = '', opened_at: time = '' }) => ({ hold, time }));
    expect(settled('agency').map(({ hold, charged }) => [hold, charged])).toEqual([
      ['packs', '0'],
      ['both', '20'],
    ]);
    const rows = (quantity: number): string[] =>
      paid.map(({ hold, time }) => `${hold},${time},match,${String(quantity)},60`);
    const result = [`${header},quantity,amount`, ...rows(60)];
    expect((await reconcile(result, '--account', 'agency')).code).toBe(0);
    const fewer = await reconcile([`${header},quantity,amount`, ...rows(59)], '--account', 'agency');
    expect(differences(fewer).map((line) => line.split('  ')[0])).toEqual([
      'charged-differently',
      'charged-differently',
    ]);
    expect(fewer.out).toContain('match × 60 20 and 40 of packs');
    const csv = csvRows((await reconcile(result, '--account', 'agency', '--format', 'csv')).out);
    expect(csv.map((row) => [row['account'], row['our_amount'], row['our_pack_units']])).toEqual([
      ['agency', '0', '60'],
      ['agency', '20', '40'],
    ]);
  });
});

describe('a time of a file', () => {
  it.each([
    ['2026/3/10 10:00', 'Asia/Shanghai', '2026-03-10T02:00:00.000Z'],
    ['2026-03-10 10:00:07', 'Asia/Shanghai', '2026-03-10T02:00:07.000Z'],
    ['2026.3.10  9:05:07.123456789', 'UTC', '2026-03-10T09:05:07.123Z'],
    ['2026-03-10T10:00', 'Europe/Berlin', '2026-03-10T09:00:00.000Z'],
    ['2026-07-10T10:00', 'Europe/Berlin', '2026-07-10T08:00:00.000Z'],
    // The hour that Berlin's clocks skip, and the one that they show twice.
    ['2026-03-29 03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 03:30', 'Europe/Berlin', '2026-10-25T02:30:00.000Z'],
    ['2026-03-10T10:00:00+08:00', 'UTC', '2026-03-10T02:00:00.000Z'],
  ])('%s by the clocks of %s is %s', (text, zone, instant) => {
    const time = usageTime(text);
    expect(time && new Date(toInstant(time, offsetReader(zone))).toISOString()).toBe(instant);
  });

  it.each([
    '2026/2/30 10:00',
    '2026/13/1 10:00',
    '2026/3/10 24:00',
    '2026/3/10 10:60',
    '2026/3-10 10:00',
    '2026/3/10',
    '',
  ])('%j is none', (text) => {
    expect(usageTime(text)).toBeUndefined();
  });
});
