import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { money, opened } from '../../../../../test/support/account-driver.ts';
import { billAllDays, billContent, billsIn } from '../../../../../test/support/bill-contents.ts';
import { testZones } from '../../../../../test/support/zones.ts';
import {
  AccountCalendar,
  type AccountOpened,
  type BillContent,
  billCsv,
  billDocument,
  billHtml,
  type BillIssued,
  billOfStatement,
  csvCellCharactersMax,
  factsAround,
  statementDocument,
  statementHtml,
} from '../../index.ts';

const day = 86_400_000;

interface Made {
  readonly account: AccountOpened;
  readonly issued: BillIssued;
  readonly content: BillContent;
}

/** A day with a purchase, a consumed unit, a charge in money and a debt; in Nepal, whose clocks are 5:45 before UTC. */
function busyDay(format = 2): Made {
  const account = opened('1000', { timeZone: 'Asia/Kathmandu', priceBook: 'test', creditLimit: money('1000') });
  account.acquirePack('-p1', { units: 3 });
  account.freeze('h1', { product: 'call', quantity: 4 });
  account.settle('h1');
  account.withdraw('w1', '988');
  account.freeze('h2', { amount: '7' });
  account.settle('h2');
  account.now += day;
  billAllDays(account);
  const issued = billsIn(account.events)[0];
  const { opened: data } = account.state;
  if (issued === undefined || data === null) throw new Error('the day has a bill');
  const content = billContent(account, issued.firstRevision, issued.lastRevision, format);
  return { account: data, issued: { ...issued, format }, content };
}

const renderBill = ({ account, issued, content }: Made) => billDocument(account, issued, content);

/** A day on which nothing but calls of 9 000 holds happened: no two of them are next to each other. */
function scatteredDay(): Made {
  const account = opened('1000000');
  for (let call = 0; call < 9_000; call += 1) {
    account.freeze(`h${String(call)}`, { amount: '1' });
    account.settle(`h${String(call)}`);
  }
  account.now += day;
  billAllDays(account);
  const issued = billsIn(account.events)[0];
  const { opened: data } = account.state;
  if (issued === undefined || data === null) throw new Error('the day has a bill');
  return { account: data, issued, content: billContent(account, issued.firstRevision, issued.lastRevision) };
}

/** Those of the account. */
const clocks = new AccountCalendar(
  'Asia/Kathmandu',
  '2026-01-01',
  factsAround(testZones, 'Asia/Kathmandu', Date.UTC(2026, 0, 1)),
);

describe('a bill of format 2', () => {
  it('has a number, and with each line its first and last event and how many there are', () => {
    const document = renderBill(busyDay());
    expect(document).toMatchObject({
      format: 'holdfast-bill-2',
      number: 'acme-2026-01-29',
      timeZone: 'Asia/Kathmandu',
    });
    expect(Object.keys(document).slice(0, 3)).toEqual(['format', 'number', 'accountId']);
    expect(document.lines[0]).toEqual({
      kind: 'charge',
      product: null,
      price: null,
      source: 'money',
      packId: null,
      units: null,
      events: 1,
      amount: '7',
      charged: '7',
      firstRevision: 7,
      lastRevision: 7,
    });
  });

  it('stays short however many calls there were', () => {
    const document = renderBill(scatteredDay());
    expect(document.lines).toMatchObject([{ events: 9_000, firstRevision: 3, lastRevision: 18_001 }]);
    expect(JSON.stringify(document).length).toBeLessThan(3_000);
    expect(billHtml(document, clocks).length).toBeLessThan(6_000);
    const cells = billCsv(document).split(/,|\r\n/);
    expect(Math.max(...cells.map((cell) => cell.length))).toBeLessThan(csvCellCharactersMax / 1_000);
  });

  it('is CSV in which the ids of callers are guarded, and amounts are numbers', () => {
    expect(billCsv(renderBill(busyDay()))).toBe(
      [
        'kind,product,price,source,pack,units,events,amount,charged,first_revision,last_revision',
        'charge,,,money,,,1,7,7,7,7',
        'charge,call,2,money,,1,1,2,2,4,4',
        "charge,call,,pack,'-p1,3,1,10,0,4,4",
        "pack-purchase,,,money,'-p1,3,1,10,10,2,2",
        'deposit,,,,,,1,1000,,1,1',
        'withdrawal,,,,,,1,-988,,5,5',
        "pack-closing-remaining,,,pack,'-p1,0,,,,,",
        "pack-closing-reserved,,,pack,'-p1,0,,,,,",
        "pack-closing-consumed,,,pack,'-p1,3,,,,,",
        "pack-closing-forfeited,,,pack,'-p1,0,,,,,",
        "pack-closing-refunded,,,pack,'-p1,0,,,,,",
        "pack-closing-liability,,,pack,'-p1,,,0,,,",
        'total,,,,,,,,19,,',
        '',
      ].join('\r\n'),
    );
  });

  it('shows the customer the times of their own clocks, and names the zone', () => {
    const html = billHtml(renderBill(busyDay()), clocks);
    expect(html).toContain('<th>Time zone</th><td>Asia/Kathmandu</td>');
    expect(html).toContain('from 2026-01-29 00:00:00 (UTC+05:45), before 2026-01-30 00:00:00 (UTC+05:45)');
    expect(html).toContain('<th>Issued</th><td>2026-01-30 09:45:00 (UTC+05:45)</td>');
    expect(html).toContain('since 2026-01-30 09:45:00 (UTC+05:45); suspended from 2026-01-31 09:45:00 (UTC+05:45)');
    expect(html).toContain('3 units of calls, expires 2027-01-29 09:45:00 (UTC+05:45)');
    expect(html).not.toMatch(/\d{4}-\d\d-\d\dT|\dZ/);
  });

  it('breaks what is too wide for its place, be it a title, and repeats the headings of a table that goes on', () => {
    const html = billHtml(renderBill(busyDay()), clocks);
    expect(html).toContain('@page { size: A4 portrait;');
    expect(html).toContain('h1, td { overflow-wrap: anywhere; }');
    expect(html).toContain('thead { display: table-header-group; }');
    expect([...html.matchAll(/<h2>/g)]).toHaveLength([...html.matchAll(/<thead>/g)].length);
  });

  it('says who owes what to whom', () => {
    const html = billHtml(renderBill(busyDay()), clocks);
    expect(html).toContain('<th>To be paid for all days billed so far</th><td>7 CNY</td>');
    expect(html).toContain('<th class="number">Owed to you</th>');
    expect(html).toContain('<td>money, for pack -p1</td>');
    expect(html).toContain('<td>pack -p1</td>');
    expect(html).toContain('We owe it in units of the pack, not in money.');
    expect(html).not.toContain('Still owed');
  });

  it.each(['bill', 'statement'])('has no two columns of the same name in any table of a %s', (kind) => {
    const { account, issued, content } = busyDay();
    const period = { first: '2026-01-01', last: '2026-01-31' };
    const statement = statementDocument(account, '2026-01', period, true, [], content, 2);
    const html =
      kind === 'bill' ? billHtml(billDocument(account, issued, content), clocks) : statementHtml(statement, clocks);
    const heads = [...html.matchAll(/<thead>(.*?)<\/thead>/g)].map(([, head = '']) =>
      head.replaceAll(' class="number"', ''),
    );
    expect(heads.length).toBeGreaterThan(3);
    for (const head of heads) {
      const names = [...head.matchAll(/<th>(.*?)<\/th>/g)].map(([, name]) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names).not.toContain('Events');
    }
  });
});

describe('a bill that was issued in format 1', () => {
  const { account, issued, content } = busyDay(1);
  const bill = billDocument(account, issued, content);
  const month = { first: '2026-01-01', last: '2026-01-31' };
  const statement = statementDocument(account, '2026-01', month, true, [billOfStatement(issued, '19')], content, 1);

  it('has the lines that it had', () => {
    expect(bill.format).toBe('holdfast-bill-1');
    expect('number' in bill).toBe(false);
    expect(JSON.stringify(bill.lines[1])).toBe(
      '{"kind":"charge","product":"call","price":"2","source":"money","packId":null,"units":1,"events":1,' +
        '"amount":"2","charged":"2","revisions":"4"}',
    );
    expect(statement.format).toBe('holdfast-statement-1');
  });

  // Of what the last program wrote that issued such bills.
  it.each([
    ['JSON', JSON.stringify(bill), 'fc735a6fdc433c93cd25a12b734d35cd7893b47a731cda0844e85176d7d309dc'],
    ['CSV', billCsv(bill), '069c96d3949e12fa042d9ebdc17d195a90fc9f9f4e5056c0d20f26d793a35a46'],
    ['HTML', billHtml(bill, clocks), '411664a2def01f41ad03e3c2a748218b9cdc218376ae79cf67987e54cc4c797a'],
    [
      'a statement as JSON',
      JSON.stringify(statement),
      'a54439a1460012d24c77a310cbc7585cf3a8826fdaa064e8c0c975fb867101de',
    ],
    ['a statement as CSV', billCsv(statement), '069c96d3949e12fa042d9ebdc17d195a90fc9f9f4e5056c0d20f26d793a35a46'],
    [
      'a statement as HTML',
      statementHtml(statement, clocks),
      '65ca5bbb7b2d8cbd89f66cda6984a5b0126e3e148529400f0af399836c7a9ae4',
    ],
  ])('keeps its bytes as %s', (_, text, digest) => {
    expect(createHash('sha256').update(text).digest('hex')).toBe(digest);
  });
});
