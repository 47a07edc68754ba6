import { describe, expect, it } from '@jest/globals';
import { type AccountDriver, opened } from '../../../../test/support/account-driver.ts';
import { recordedEvents, toLog } from '../../../../test/support/chained-log.ts';
import { hledger } from '../../../../test/support/hledger.ts';
import { hledger as hledgerProgram, itWith } from '../../../../test/support/tools.ts';
import { everything, type Selection } from '../source/selection.ts';
import { exportJournal } from './export.ts';
import { hledgerJournal } from './hledger-journal.ts';
import { csvJournal, type JournalFormat } from './journal-texts.ts';

const itWithHledger = itWith(hledgerProgram);
const dayMs = 86_400_000;

async function readJournal(
  account: AccountDriver,
  format: JournalFormat = hledgerJournal(),
  selection: Selection = everything,
): Promise<string> {
  let text = '';
  const outlet = {
    write: (lines: string) => (text += lines),
    flush: () => Promise.resolve(true),
    progress: () => undefined,
  };
  const findings = await exportJournal(toLog(recordedEvents('acme', account.events)), selection, format, outlet);
  expect(findings.count).toBe(0);
  return text;
}

/** What a report of hledger says of each account, and its last total. */
function report(journal: string, ...words: readonly string[]): Readonly<Record<string, string>> {
  const rows = hledger(journal, ...words, '--output-format=csv')
    .trim()
    .split('\n')
    .map((row) => /^"([^"]*)","([^"]*)"$/.exec(row) ?? []);
  return Object.fromEntries(rows.map(([, name = '', amount = '']) => [name, amount.replace(/\.?0* CNY$/, '')]));
}

/** On the first day 1 000 come in, 2 are charged and 3 given away; on the second 40 more are charged, 5 given back. */
function twoDays(): AccountDriver {
  const account = opened('1000');
  account.freeze('h1', { amount: '2' });
  account.settle('h1');
  account.adjust('a1', '3', 'sorry');
  account.now += dayMs;
  account.freeze('h2', { amount: '40' });
  account.settle('h2');
  account.refund('r1', 'h2', '5', 'half of it failed');
  account.freeze('h3', { amount: '100' });
  return account;
}

/** Texts that would do something to a journal if they could, each at most as long as a reason may be. */
const hostile = [
  'x\n2026-01-29 * forged\n    assets:cash:acme  1 CNY\n    equity:mine',
  'x\r\naccount revenues:mine',
  'a\u2028b\u0085c\u000bd',
  '; event:0, actor:somebody-else',
  'a, reason:other, date:1999-01-01',
  '[1999-01-01=2000-01-01] | payee',
  '  two  spaces  ',
  '\ttabs\t',
  '100 % of it',
  '\u202eevil\u202c \u001b[31mred\u009b0m',
  '认证失败，退款：五元；“谢谢”',
  'é 😀 ~/#+()@&\'"!?*=$<>-_.',
  '=1+1',
];

describe('the journal that accountants get', () => {
  itWithHledger(
    'has money that came in as an asset, what customers have as owed to them, and charges as revenue',
    async () => {
      const journal = await readJournal(twoDays());
      expect(hledger(journal, 'check', '--strict')).toBe('');
      expect(report(journal, 'balancesheet')).toMatchObject({
        'assets:cash:acme': '1000',
        'liabilities:customers:acme:available': '866',
        'liabilities:customers:acme:frozen': '100',
        'Net:': '34',
      });
      expect(report(journal, 'incomestatement')).toMatchObject({
        'revenues:charges:acme': '37',
        'expenses:adjustments:acme': '3',
        'Net:': '34',
      });
      expect(report(journal, 'cashflow')).toMatchObject({ 'assets:cash:acme': '1000' });
    },
  );

  itWithHledger('has packs as owed until they are used, and apart what was never used', async () => {
    const account = opened('1000', { priceBook: 'test' });
    account.acquirePack('p1', { units: 100 });
    account.freeze('h1', { product: 'call', quantity: 30 });
    account.settle('h1');
    const before = await readJournal(account);
    expect(report(before, 'balancesheet')).toMatchObject({
      'assets:cash:acme': '1000',
      'liabilities:customers:acme:available': '900',
      'liabilities:packs:acme': '70',
    });
    expect(report(before, 'incomestatement')).toMatchObject({ 'revenues:charges:acme': '30', 'Net:': '30' });
    account.now += 366 * dayMs;
    account.expireDue();
    const after = await readJournal(account);
    expect(hledger(after, 'check', '--strict')).toBe('');
    expect(report(after, 'incomestatement')).toMatchObject({
      'revenues:charges:acme': '30',
      'revenues:breakage:acme': '70',
      'Net:': '100',
    });
    expect(report(after, 'balancesheet')).toMatchObject({ 'Net:': '100' });
  });

  itWithHledger('has in a period what the period came to, and what came before as capital', async () => {
    const account = twoDays();
    const selection = { ...everything, from: account.now - dayMs / 2 };
    const journal = await readJournal(account, hledgerJournal(), selection);
    expect(hledger(journal, 'check', '--strict')).toBe('');
    expect(report(journal, 'incomestatement')).toMatchObject({ 'revenues:charges:acme': '35', 'Net:': '35' });
    expect(report(journal, 'balancesheet')).toEqual(
      expect.objectContaining({ 'liabilities:customers:acme:available': '866', 'Net:': '34' }),
    );
  });

  itWithHledger('says with each entry what it is about, who did it and why', async () => {
    const account = opened('1000');
    account.deposit('d2', '7', 'invoice 2026/7');
    account.adjust('a1', '1', 'sorry');
    const journal = await readJournal(account);
    const [, deposit] = recordedEvents('acme', account.events).slice(1);
    expect(hledger(journal, 'print', 'desc:d2')).toMatch(/^2026-01-29 \* \(2\) funds-deposited d2\n/);
    for (const tag of ['account=acme', `event=${deposit?.id ?? ''}`, 'actor=spec', 'reference=invoice 2026/7']) {
      expect(hledger(journal, 'print', `tag:^${tag}$`)).toContain('funds-deposited d2');
    }
    expect(hledger(journal, 'print', 'tag:^reason=sorry$')).toContain('balance-adjusted a1');
  });

  itWithHledger('can be neither broken nor forged by what somebody wrote, and loses nothing of it', async () => {
    const account = opened('1000');
    const honest = await readJournal(account);
    for (const [index, text] of hostile.entries()) {
      account.deposit(`d-${String(index)}`, '1', text);
      account.adjust(`-a-${String(index)}`, '1', text);
    }
    const journal = await readJournal(account);
    expect(hledger(journal, 'check', '--strict')).toBe('');
    expect(hledger(journal, 'accounts').trim().split('\n')).toEqual(
      [...hledger(honest, 'accounts').trim().split('\n'), 'expenses:adjustments:acme'].sort(),
    );
    expect(hledger(journal, 'tags').trim().split('\n').sort()).toEqual(
      ['account', 'actor', 'event', 'reason', 'reference', 'time', 'type'].sort(),
    );
    for (const tag of ['reason', 'reference']) {
      const values = hledger(journal, 'tags', '--values', `^${tag}$`).trimEnd().split('\n');
      expect(values.map(decodeURIComponent).sort()).toEqual([...hostile].sort());
    }
    expect(report(journal, 'balancesheet')).toMatchObject({ 'assets:cash:acme': String(1000 + hostile.length) });
    expect(journal).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
  });
});

describe('the journal as CSV', () => {
  it('has the same signs, and the same columns beside each line', async () => {
    const account = opened('1000');
    account.deposit('d2', '7', '=HYPERLINK("x")');
    account.adjust('-a1', '-2', '-1 for "nothing"');
    const rows = (await readJournal(account, csvJournal())).split('\r\n');
    const ids = recordedEvents('acme', account.events).map(({ id }) => id);
    const of = (revision: number): string[] => rows.filter((row) => row.split(',')[3] === String(revision));
    const before = (revision: number, rest: string): string =>
      `2026-01-29T04:00:00.000Z,2026-01-29,acme,${String(revision)},${rest}`;
    expect(rows[0]).toBe(
      'time,date,account,revision,event,id,hold,journal_account,amount,balance,currency,reference,reason,actor,event_id',
    );
    expect(of(2)).toEqual([
      before(2, `funds-deposited,d2,,platform:cash,7,1007,CNY,"'=HYPERLINK(""x"")",,spec,${ids[2] ?? ''}`),
      before(2, `funds-deposited,d2,,customer:available,-7,-1007,CNY,"'=HYPERLINK(""x"")",,spec,${ids[2] ?? ''}`),
    ]);
    expect(of(3)).toEqual([
      before(3, `balance-adjusted,'-a1,,platform:adjustments,-2,-2,CNY,,"'-1 for ""nothing""",spec,${ids[3] ?? ''}`),
      before(3, `balance-adjusted,'-a1,,customer:available,2,-1005,CNY,,"'-1 for ""nothing""",spec,${ids[3] ?? ''}`),
    ]);
  });
});
