import { describe, expect, it } from '@jest/globals';
import { list, orNull, pick, record, shapeText, text, whole } from '../kernel/codec.ts';
import { eventFormats, fingerprint } from './event-formats.ts';
import { accountEventTypes, events } from './events.ts';

const before = { at: whole, state: pick('open', 'over'), items: list(record({ id: text })) };

describe('the shape of an event as text', () => {
  it.each([
    ['a field more', { ...before, more: text }],
    ['a field that may be null', { ...before, at: orNull(whole) }],
    ['a field of another kind', { ...before, at: text }],
    ['another word that is allowed', { ...before, state: pick('open', 'closed') }],
    ['a field further inside', { ...before, items: list(record({ id: text, at: whole })) }],
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
      expect(shapeText({ ...codec, [field]: pick('something else') })).not.toBe(shapeText(codec));
    }
  });
});

it('the fingerprint of formats changes with any of them', () => {
  expect(eventFormats).toMatch(/^[0-9a-f]{8}$/);
  expect(fingerprint(['a', 'b'])).not.toBe(fingerprint(['a', 'c']));
});
