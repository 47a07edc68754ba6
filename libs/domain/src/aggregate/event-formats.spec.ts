import { describe, expect, it } from '@jest/globals';
import { listOf, oneOf, orNull, record, shapeText, text, whole } from '../kernel/codec.ts';
import { eventFormats, fingerprintOf } from './event-formats.ts';
import { accountEventTypes, events } from './events.ts';

const before = { at: whole, state: oneOf('open', 'over'), items: listOf(record({ id: text })) };

describe('the shape of an event as text', () => {
  it.each([
    ['a field more', { ...before, more: text }],
    ['a field that may be null', { ...before, at: orNull(whole) }],
    ['a field of another kind', { ...before, at: text }],
    ['another word that is allowed', { ...before, state: oneOf('open', 'closed') }],
    ['a field further inside', { ...before, items: listOf(record({ id: text, at: whole })) }],
  ])('changes with %s', (_, after) => {
    expect(shapeText(after)).not.toBe(shapeText(before));
  });

  it('is the same in whichever order its fields stand', () => {
    const { at, ...rest } = before;
    expect(shapeText({ ...rest, at })).toBe(shapeText(before));
  });

  it.each(accountEventTypes)('tells every field of %s apart', (type) => {
    const { codec } = events[type];
    for (const field of Object.keys(codec)) {
      expect(shapeText(codec)).toContain(`${field}: `);
      expect(shapeText({ ...codec, [field]: oneOf('something else') })).not.toBe(shapeText(codec));
    }
  });
});

it('the fingerprint of formats changes with any of them', () => {
  expect(eventFormats).toMatch(/^[0-9a-f]{8}$/);
  expect(fingerprintOf(['a', 'b'])).not.toBe(fingerprintOf(['a', 'c']));
});
