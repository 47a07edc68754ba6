import { describe, expect, it } from '@jest/globals';
import fc from '../../../../../test/support/fast-check.ts';
import { testZones } from '../../../../../test/support/zones.ts';
import {
  AccountCalendar,
  billCsv,
  type BillDocument,
  billHtml,
  type ConventionChange,
  dateAfter,
  factsAround,
  revisionRanges,
  statementPeriod,
} from '../../index.ts';

describe('the revisions of a line', () => {
  it('are ranges where they follow each other', () => {
    expect(revisionRanges([9, 3, 4, 5, 12, 11, 4])).toBe('3-5 9 11-12');
    expect(revisionRanges([])).toBe('');
  });

  it('can all be read from the text again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 60 })), (revisions) => {
        const read = revisionRanges(revisions)
          .split(' ')
          .filter((range) => range !== '')
          .flatMap((range) => {
            const [first = 0, last = first] = range.split('-').map(Number);
            return Array.from({ length: last - first + 1 }, (_, index) => first + index);
          });
        expect(read).toEqual([...revisions].sort((left, right) => left - right));
      }),
    );
  });
});

describe('the statement of a month', () => {
  it('has the days of the calendar month', () => {
    expect(statementPeriod('2026-02', '2026-01-29', [])).toEqual({ first: '2026-02-01', last: '2026-02-28' });
    expect(statementPeriod('2028-02', '2026-01-29', [])).toEqual({ first: '2028-02-01', last: '2028-02-29' });
    expect(statementPeriod('2026-12', '2026-01-29', [])).toEqual({ first: '2026-12-01', last: '2026-12-31' });
  });

  it('has the last day of the month before, and not its own, by the other convention', () => {
    const always: ConventionChange[] = [{ date: '0000-01-01', convention: 'last-day-next' }];
    expect(statementPeriod('2026-03', '2026-01-29', always)).toEqual({ first: '2026-02-28', last: '2026-03-30' });
    expect(statementPeriod('2027-01', '2026-01-29', always)).toEqual({ first: '2026-12-31', last: '2027-01-30' });
  });

  it('changes its convention at its end only', () => {
    const changes: ConventionChange[] = [
      { date: '2026-03-10', convention: 'last-day-next' },
      { date: '2026-05-30', convention: 'calendar' },
    ];
    expect(statementPeriod('2026-03', '2026-01-29', changes)).toEqual({ first: '2026-03-01', last: '2026-03-31' });
    expect(statementPeriod('2026-04', '2026-01-29', changes)).toEqual({ first: '2026-04-01', last: '2026-04-29' });
    expect(statementPeriod('2026-05', '2026-01-29', changes)).toEqual({ first: '2026-04-30', last: '2026-05-30' });
    expect(statementPeriod('2026-06', '2026-01-29', changes)).toEqual({ first: '2026-05-31', last: '2026-06-30' });
  });

  it('does not exist before the account', () => {
    expect(statementPeriod('2025-12', '2026-01-29', [])).toBeUndefined();
    expect(statementPeriod('2026-01', '2026-01-29', [])).toEqual({ first: '2026-01-01', last: '2026-01-31' });
    const always: ConventionChange[] = [{ date: '0000-01-01', convention: 'last-day-next' }];
    expect(statementPeriod('2026-01', '2026-01-31', always)).toBeUndefined();
    expect(statementPeriod('2026-02', '2026-01-31', always)?.first).toBe('2026-01-31');
  });

  it('leaves no day out and has none twice, whatever the conventions', () => {
    const change = fc.record({
      date: fc.nat({ max: 800 }).map((days) => dateAfter('2026-01-01', days)),
      convention: fc.constantFrom('calendar' as const, 'last-day-next' as const),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat({ max: 60 }), (unsorted, opened) => {
        const changes = unsorted.sort((left, right) => (left.date < right.date ? -1 : 1));
        const openedOn = dateAfter('2026-01-01', opened);
        let next: string | undefined;
        for (let month = 0; month < 30; month += 1) {
          const name = `${String(2026 + Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}`;
          const period = statementPeriod(name, openedOn, changes);
          if (period === undefined) continue;
          if (next === undefined) expect(period.first <= openedOn && openedOn <= period.last).toBe(true);
          if (next !== undefined) expect(period.first).toBe(next);
          next = dateAfter(period.last, 1);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('a bill to be read elsewhere', () => {
  const balance = {
    available: '-1',
    frozen: '0',
    settled: '1',
    packs: '0',
    deposited: '0',
    credited: '0',
    withdrawn: '0',
  };
  const line = {
    price: '0.85',
    source: 'money',
    packId: null,
    units: 2,
    events: 1,
    amount: '1.7',
    charged: '1.7',
  } as const;
  const bill: BillDocument = {
    format: 'holdfast-bill-1',
    accountId: 'a<b>&"\'',
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    date: '2026-01-29',
    from: '2026-01-28T16:00:00.000Z',
    until: '2026-01-29T16:00:00.000Z',
    issuedAt: '2026-01-30T02:00:00.000Z',
    owed: '1',
    arrears: { since: '2026-01-30T02:00:00.000Z', suspendsAt: '2026-01-31T02:00:00.000Z' },
    firstRevision: 0,
    lastRevision: 3,
    chainHash: 'ab'.repeat(32),
    opening: balance,
    lines: [{ kind: 'charge', product: '=1+1,"x"', revisions: '3', ...line }],
    movements: [{ kind: 'adjustment', events: 1, amount: '-2', revisions: '2' }],
    closing: balance,
    packs: [
      {
        packId: 'p<1>',
        family: 'face',
        units: 9,
        price: '10',
        boughtAt: '2025-01-29T02:00:00.000Z',
        expiresAt: '2026-01-29T02:00:00.000Z',
        opening: { remaining: 4, reserved: 0, consumed: 5, forfeited: 0, refunded: 0, liability: '4.44444445' },
        closing: { remaining: 0, reserved: 0, consumed: 5, forfeited: 4, refunded: 0, liability: '0' },
      },
    ],
    breakage: [{ cause: 'expired', packId: 'p<1>', units: 4, amount: '4.44444445', events: 1, revisions: '1' }],
    total: '1.7',
    totalRounded: '1.70',
  };

  it('is CSV in which nothing is a formula, quoted where it must be', () => {
    expect(billCsv(bill)).toBe(
      [
        'kind,product,price,source,pack,units,events,amount,charged,revisions',
        `charge,"'=1+1,""x""",0.85,money,,2,1,1.7,1.7,3`,
        'adjustment,,,,,,1,-2,,2',
        'breakage-expired,,,pack,p<1>,4,1,4.44444445,,1',
        'pack-opening-remaining,,,pack,p<1>,4,,,,',
        'pack-opening-reserved,,,pack,p<1>,0,,,,',
        'pack-opening-consumed,,,pack,p<1>,5,,,,',
        'pack-opening-forfeited,,,pack,p<1>,0,,,,',
        'pack-opening-refunded,,,pack,p<1>,0,,,,',
        'pack-opening-liability,,,pack,p<1>,,,4.44444445,,',
        'pack-closing-remaining,,,pack,p<1>,0,,,,',
        'pack-closing-reserved,,,pack,p<1>,0,,,,',
        'pack-closing-consumed,,,pack,p<1>,5,,,,',
        'pack-closing-forfeited,,,pack,p<1>,4,,,,',
        'pack-closing-refunded,,,pack,p<1>,0,,,,',
        'pack-closing-liability,,,pack,p<1>,,,0,,',
        'total,,,,,,,,1.7,',
        '',
      ].join('\r\n'),
    );
  });

  it('is HTML with everything escaped and nothing from outside', () => {
    const html = billHtml(
      bill,
      new AccountCalendar('Asia/Shanghai', '2026-01-01', factsAround(testZones, 'Asia/Shanghai', Date.UTC(2026, 0, 1))),
    );
    expect(html).toContain('a&lt;b&gt;&amp;&quot;&#39;');
    expect(html).not.toContain('a<b>');
    expect(html).not.toMatch(/<(script|link|img|iframe)|https?:/);
    expect(html).toContain('Total 1.70 CNY');
    expect(html).toContain('<td class="number">4 → 0</td><td class="number">0 → 0</td>');
    expect(html).toContain('<td>p&lt;1&gt;</td><td>expired</td><td class="number">4</td>');
  });
});
