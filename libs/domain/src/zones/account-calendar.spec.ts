import { describe, expect, it } from '@jest/globals';
import fc from '../../../../test/support/fast-check.ts';
import * as runtime from '../../../../test/support/runtime-calendar.ts';
import { testZones } from '../../../../test/support/zones.ts';
import { contains, localDate, type Period, runtimeZones, type ZoneFacts } from '../index.ts';
import { AccountCalendar } from './account-calendar.ts';

const at = (text: string): number => Date.parse(text);
const text = (instant: number): string => new Date(instant).toISOString();

/** By zone and decade: to read a database takes long. */
const decades = new Map<string, ZoneFacts>();

/** What is stated of a time zone for the decade of an instant, and two years more on both sides. */
function statedAround(zone: string, instant: number): ZoneFacts {
  const decade = Math.floor(new Date(instant).getUTCFullYear() / 10) * 10;
  const key = `${zone} ${String(decade)}`;
  const known = decades.get(key);
  if (known !== undefined) return known;
  const facts = runtimeZones(undefined).facts(zone, Date.UTC(decade - 2, 0, 1), Date.UTC(decade + 12, 0, 1));
  decades.set(key, facts);
  return facts;
}

function agreementYear(zone: string, start: string, instant: number): Period {
  return new AccountCalendar(zone, start, statedAround(zone, instant)).findYear(instant);
}

function naturalDay(zone: string, instant: number): Period {
  return new AccountCalendar(zone, '1970-01-01', statedAround(zone, instant)).findDay(instant);
}

describe('an agreement year', () => {
  it('runs to the day before the anniversary, inclusive, then again from zero', () => {
    const year = agreementYear('Asia/Shanghai', '2023-01-29', at('2023-06-01T00:00:00Z'));
    expect([year.name, text(year.from), text(year.until)]).toEqual([
      '2023-01-29',
      '2023-01-28T16:00:00.000Z',
      '2024-01-28T16:00:00.000Z',
    ]);
    const yearAt = (instant: string): string => agreementYear('Asia/Shanghai', '2023-01-29', at(instant)).name;
    expect(yearAt('2024-01-28T15:59:59.999Z')).toBe('2023-01-29');
    expect(yearAt('2024-01-28T16:00:00.000Z')).toBe('2024-01-29');
  });

  it.each([
    ['2025-02-27T15:59:59.999Z', '2024-02-29', 'a common year: it ends before 28 February', '2024-02-29'],
    ['2025-02-27T16:00:00.000Z', '2025-02-28', 'a common year: 28 February begins the next', '2024-02-29'],
    ['2026-02-27T16:00:00.000Z', '2026-02-28', 'again 28 February', '2024-02-29'],
    ['2028-02-28T15:59:59.999Z', '2027-02-28', 'a leap year: 28 February still belongs to the old one', '2024-02-29'],
    ['2028-02-28T16:00:00.000Z', '2028-02-29', 'a leap year: 29 February begins it again', '2024-02-29'],
    ['2101-02-27T16:00:00.000Z', '2101-02-28', 'after 2100, which has no leap day', '2096-02-29'],
    ['2100-02-27T16:00:00.000Z', '2100-02-28', '2100 is a common year', '2096-02-29'],
  ])('at %s is that of %s (%s)', (instant, name, _, start) => {
    expect(agreementYear('Asia/Shanghai', start, at(instant)).name).toBe(name);
  });

  it('is the same whatever year the anniversary is computed in: always from the start itself', () => {
    for (let year = 2024; year < 2124; year += 1) {
      const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
      const day = leap ? '29' : '28';
      const first = at(`${String(year)}-02-${day}T00:00:00Z`);
      expect(agreementYear('UTC', '2024-02-29', first)).toMatchObject({
        name: `${String(year)}-02-${day}`,
        from: first,
      });
      if (year > 2024) expect(agreementYear('UTC', '2024-02-29', first - 1).name).not.toBe(`${String(year)}-02-${day}`);
    }
  });

  it('of a zone with summer time begins at the local midnight', () => {
    expect(text(agreementYear('Europe/Berlin', '2025-07-01', at('2026-01-01T00:00:00Z')).from)).toBe(
      '2025-06-30T22:00:00.000Z',
    );
    expect(text(agreementYear('Europe/Berlin', '2025-01-01', at('2025-07-01T00:00:00Z')).from)).toBe(
      '2024-12-31T23:00:00.000Z',
    );
  });
});

describe('a natural day', () => {
  it.each([
    ['Asia/Shanghai', '2026-11-23T15:59:59.999Z', '2026-11-23', 24],
    ['Asia/Shanghai', '2026-11-23T16:00:00.000Z', '2026-11-24', 24],
    ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-25', 25],
    ['Australia/Lord_Howe', '2026-10-04T03:00:00Z', '2026-10-04', 23.5],
    ['Asia/Kathmandu', '2026-11-23T18:14:59.999Z', '2026-11-23', 24],
    ['Asia/Kathmandu', '2026-11-23T18:15:00.000Z', '2026-11-24', 24],
  ])('in %s at %s is %s of %d hours', (zone, instant, name, hours) => {
    const day = naturalDay(zone, at(instant));
    expect(day.name).toBe(name);
    expect((day.until - day.from) / 3_600_000).toBe(hours);
    expect(contains(day, at(instant))).toBe(true);
  });

  it('starts at its first instant where midnight does not exist', () => {
    // The clocks of São Paulo went from 24:00 on 3 November 2018 to 01:00 on the 4th.
    const day = naturalDay('America/Sao_Paulo', at('2018-11-04T12:00:00Z'));
    expect([text(day.from), (day.until - day.from) / 3_600_000]).toEqual(['2018-11-04T03:00:00.000Z', 23]);
    expect(naturalDay('America/Sao_Paulo', day.from - 1).until).toBe(day.from);
    // Beirut and Cairo do the same today.
    const beirut = naturalDay('Asia/Beirut', at('2026-03-29T12:00:00Z'));
    expect((beirut.until - beirut.from) / 3_600_000).toBe(23);
  });

  it('has its last hour twice where the clocks are put back at midnight', () => {
    const day = naturalDay('America/Sao_Paulo', at('2019-02-16T12:00:00Z'));
    expect((day.until - day.from) / 3_600_000).toBe(25);
  });

  it('of a date that a country skipped does not exist: the day before ends where the day after begins', () => {
    const last = naturalDay('Pacific/Apia', at('2011-12-30T09:59:59.999Z'));
    const next = naturalDay('Pacific/Apia', at('2011-12-30T10:00:00.000Z'));
    expect([last.name, next.name]).toEqual(['2011-12-29', '2011-12-31']);
    expect(last.until).toBe(next.from);
  });

  it('contains the instant that it was asked for, and follows the day before without a gap, in every zone', () => {
    const names = fc.constantFrom(
      'Asia/Shanghai',
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'America/St_Johns',
      'America/Sao_Paulo',
      'America/Havana',
      'Asia/Beirut',
      'Asia/Gaza',
      'Africa/Cairo',
      'Pacific/Apia',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Asia/Tehran',
    );
    const hours = fc.integer({ min: Date.UTC(2000, 0, 1) / 900_000, max: Date.UTC(2035, 0, 1) / 900_000 });
    fc.assert(
      fc.property(names, hours, fc.integer({ min: -1, max: 1 }), (zone, quarter, offset) => {
        const instant = quarter * 900_000 + offset;
        const day = naturalDay(zone, instant);
        expect(contains(day, instant)).toBe(true);
        expect(naturalDay(zone, day.from)).toEqual(day);
        expect(naturalDay(zone, day.until - 1)).toEqual(day);
        expect(naturalDay(zone, day.from - 1).until).toBe(day.from);
        expect(naturalDay(zone, day.until).from).toBe(day.until);
        const year = agreementYear(zone, '1996-02-29', instant);
        expect(contains(year, instant)).toBe(true);
        expect(naturalDay(zone, year.from).from).toBe(year.from);
      }),
      { numRuns: 1_000 },
    );
  });

  it('contains its own instants also where the clocks were put back one minute after midnight', () => {
    // St. John’s, 30 October 2005: 00:00 came, and a minute later it was 23:01 of the 29th again.
    const instant = at('2005-10-30T02:40:00Z');
    expect(localDate('America/St_Johns', instant)).toBe('2005-10-29');
    const day = naturalDay('America/St_Johns', instant);
    expect(day.name).toBe('2005-10-30');
    expect(contains(day, instant)).toBe(true);
    expect(contains(agreementYear('America/St_Johns', '2004-10-30', instant), instant)).toBe(true);
  });
});

describe('the calendar of an account', () => {
  it('says what is worked out for the instant alone, whatever it and others were asked before', () => {
    const names = ['Asia/Shanghai', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/Havana'];
    const starts = ['2024-02-29', '2018-11-04', '2011-12-30'];
    const instants = [
      '2011-12-31T10:00:00Z',
      '2018-11-04T02:59:59.999Z',
      '2026-11-01T04:30:00Z',
      '2028-02-29T12:00:00Z',
    ];
    const calendars = names.flatMap((zone) =>
      starts.map((start) => ({
        zone,
        start,
        calendar: new AccountCalendar(zone, start, testZones.facts(zone, at('2010-01-01'), at('2030-01-01'))),
      })),
    );
    const asked = fc.tuple(
      fc.constantFrom(...calendars),
      fc.constantFrom(...instants),
      fc.integer({ min: -2 * 86_400_000, max: 2 * 86_400_000 }),
    );
    fc.assert(
      fc.property(asked, ([{ zone, start, calendar }, around, offset]) => {
        const instant = at(around) + offset;
        expect(calendar.findDay(instant)).toEqual(runtime.naturalDay(zone, instant));
        expect(calendar.findYear(instant)).toEqual(runtime.agreementYear(zone, start, instant));
      }),
      { numRuns: 1_000 },
    );
  });
});
