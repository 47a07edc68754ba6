import { describe, expect, it } from '@jest/globals';
import { sampleEvents } from '../../../../test/support/sample-events.ts';
import { accountEventTypes, decodeEvent, UnreadableEvent } from '../index.ts';

type Fields = Record<string, unknown>;

const cases = accountEventTypes.flatMap((type) =>
  sampleEvents[type].map((data, index) => ({ type, index, data: data as unknown as Fields })),
);
/** The fullest of each type: it has every optional field. */
const full = cases.filter(({ index }) => index === 0);
const fields = full.flatMap(({ type, data }) => Object.keys(data).map((field) => ({ type, field, data })));

/** What no field of an event may ever be. */
const wrong = [
  true,
  -1,
  1.5,
  2 ** 53,
  {},
  [],
  '1.0',
  '01',
  '-1',
  '1e3',
  ['x'],
  { x: 1 },
  'sometimes',
  Number.MAX_VALUE,
];

/** Which of the wrong values a field takes all the same, by what it is. */
function allowedIn(type: string, field: string): readonly unknown[] {
  const texts = ['1.0', '01', '-1', '1e3', 'sometimes'];
  if (
    /Id$|^(reference|reason|currency|timeZone|agreementStart|priceBook|priceBookRequested|budget|product|name|family|book|subject|threshold|value|date|chainHash|channel|payer)$/.test(
      field,
    )
  )
    return texts;
  if (field === 'amount' && type === 'balance-adjusted.v1') return ['-1'];
  if (/^(metadata|evidence)$/.test(field)) return [{}];
  if (/^(lines|suspendedFor|packs|forfeited)$/.test(field)) return [[]];
  if (field === 'forfeitPacks') return [true];
  return [];
}

const refusesToRead = (type: string, data: unknown): void => {
  expect(() => decodeEvent(type, JSON.stringify(data))).toThrow(UnreadableEvent);
};

describe('reading an event back', () => {
  it.each(cases)('$type: sample $index goes round', ({ type, data }) => {
    const text = JSON.stringify(data);
    const event = decodeEvent(type, text);
    expect(event).toEqual({ type, data });
    expect(JSON.stringify(event.data)).toBe(text);
  });

  it('has samples of every type there is', () => {
    expect(Object.keys(sampleEvents).sort()).toEqual([...accountEventTypes].sort());
  });

  it.each(fields)('$type without $field is refused', ({ type, field, data }) => {
    const rest = Object.fromEntries(Object.entries(data).filter(([name]) => name !== field));
    refusesToRead(type, rest);
  });

  it.each(fields)('$type with a $field of another kind is refused', ({ type, field, data }) => {
    const allowed = allowedIn(type, field).map((value) => JSON.stringify(value));
    for (const value of wrong) {
      if (!allowed.includes(JSON.stringify(value))) refusesToRead(type, { ...data, [field]: value });
    }
  });

  it.each(fields.filter(({ type, field }) => mustBeGiven(type, field)))(
    '$type with null for $field is refused',
    ({ type, field, data }) => {
      refusesToRead(type, { ...data, [field]: null });
    },
  );

  it.each(full)('$type with a field too many is refused, also one that every object inherits', ({ type, data }) => {
    for (const field of ['extra', 'toString', 'constructor', 'hasOwnProperty', 'valueOf'])
      refusesToRead(type, { ...data, [field]: 'x' });
    const text = JSON.stringify(data);
    expect(() => decodeEvent(type, `{"__proto__":{},${text.slice(1)}`)).toThrow(UnreadableEvent);
  });

  it.each([
    ['funds-frozen.v1', 'pricing', 'table'],
    ['funds-frozen.v1', 'pricing', 'unitsCharged'],
    ['hold-settled-late.v1', 'hold', 'expiresAt'],
    ['hold-settled-late.v1', 'hold', 'ending'],
    ['hold-settled-late.v1', 'hold', 'packs'],
    ['account-opened.v1', 'limits', 'openHolds'],
    ['bill-issued.v1', 'arrears', 'since'],
    ['bill-issued.v1', 'arrears', 'suspendsAt'],
  ] as const)('%s without its %s.%s, or with more inside, is refused', (type, outer, inner) => {
    const data = sampleEvents[type][0] as unknown as Fields;
    const rest = Object.fromEntries(Object.entries(data[outer] as Fields).filter(([name]) => name !== inner));
    refusesToRead(type, { ...data, [outer]: rest });
    refusesToRead(type, { ...data, [outer]: { ...(data[outer] as Fields), more: 1 } });
  });

  it('refuses a price line that is not whole, and metadata that is not all text', () => {
    const settled = sampleEvents['hold-settled.v1'][0] as unknown as Fields;
    refusesToRead('hold-settled.v1', { ...settled, lines: [{ from: 1, units: 1, price: '1' }] });
    refusesToRead('hold-settled.v1', { ...settled, lines: [null] });
    refusesToRead('hold-settled.v1', { ...settled, evidence: { digest: null } });
    refusesToRead('funds-frozen.v1', { ...sampleEvents['funds-frozen.v1'][0], metadata: { a: 1 } });
  });

  it.each(['funds-frozen.v2', 'funds-frozen.v0', 'funds-frozen', 'toString', '__proto__', ''])(
    'refuses the unknown type %j, never guesses',
    (type) => {
      refusesToRead(type, sampleEvents['funds-frozen.v1'][0]);
    },
  );

  it.each(['', '{', 'null', '[]', '"text"', '1', '{"at":1}x'])('refuses the text %j', (text) => {
    expect(() => decodeEvent('hold-expired.v1', text)).toThrow(UnreadableEvent);
  });
});

function mustBeGiven(type: string, field: string): boolean {
  if (
    /^(reference|metadata|evidence|completedAt|quantity|product|budget|pricing|priceBook|priceBookRequested|lines|packs|forfeited|payer|subject|threshold|value|paymentId)$/.test(
      field,
    )
  )
    return false;
  if (type === 'pack-refunded.v1' && field === 'reason') return false;
  return !(type === 'hold-released.v1' && field === 'completion') && field !== 'arrears';
}
