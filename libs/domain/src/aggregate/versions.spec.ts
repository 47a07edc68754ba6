import { describe, expect, it } from '@jest/globals';
import { sampleEvents } from '../../../../test/support/sample-events.ts';
import { accountEventTypes, decodeEvent, UnreadableEvent } from '../index.ts';
import { type Check, orNull, text, whole } from '../kernel/codec.ts';
import { eventDecoder, presentText } from './decode-event.ts';

const note: Readonly<Record<string, Check>> = { at: whole, noteId: text, author: orNull(text), words: text };

/**
 * How a new version is made, with an invented event. The first version named no author. The second called the words a
 * text. A text that is stored keeps its type and its bytes for ever; only what it reads as is new.
 */
const decodeNote = eventDecoder({
  'note-taken.v3': {
    codec: note,
    olderShapes: {
      'note-taken.v1': {
        codec: { at: whole, noteId: text, text },
        upcast: ({ text: words, ...data }) => ({ ...data, author: null, words }),
      },
      'note-taken.v2': {
        codec: { at: whole, noteId: text, author: orNull(text), text },
        upcast: ({ text: words, ...data }) => ({ ...data, words }),
      },
    },
  },
});

const first = { at: 1, noteId: 'n1', text: 'paid by bank' };
const second = { at: 1, noteId: 'n1', author: 'ann', text: 'paid by bank' };
const third = { at: 1, noteId: 'n1', author: 'ann', words: 'paid by bank' };

describe('an event of an older version', () => {
  it.each([
    ['note-taken.v1', first, { at: 1, noteId: 'n1', author: null, words: 'paid by bank' }],
    ['note-taken.v2', second, third],
    ['note-taken.v3', third, third],
  ])('stored as %s is read as the present one', (type, stored, data) => {
    expect(decodeNote(type, JSON.stringify(stored))).toEqual({ type: 'note-taken.v3', data });
  });

  it.each([
    ['note-taken.v1', second],
    ['note-taken.v1', third],
    ['note-taken.v2', first],
    ['note-taken.v2', third],
    ['note-taken.v3', first],
    ['note-taken.v3', second],
  ])('stored as %s is refused with the shape of another version', (type, data) => {
    expect(() => decodeNote(type, JSON.stringify(data))).toThrow(UnreadableEvent);
  });

  it.each(['note-taken.v0', 'note-taken.v4', 'note-taken', 'note-taken.v03'])('is refused as %s', (type) => {
    expect(() => decodeNote(type, JSON.stringify(third))).toThrow(UnreadableEvent);
  });
});

describe('the text of a decoded event in its present version', () => {
  const data = '{"at":1,"holdId":"h","amount":"2","forfeited":null}';
  const event = decodeEvent('hold-expired.v1', data);

  it('is the stored text, or else what it reads as', () => {
    expect(presentText({ type: event.type, data: ` ${data}` }, event)).toBe(` ${data}`);
    expect(presentText({ type: 'hold-expired.v0', data: '{}' }, event)).toBe(data);
  });
});

describe('an event of a newer version', () => {
  it.each(accountEventTypes)('of %s is not read as this one', (type) => {
    const [, name = '', version = ''] = /^(.+)\.v(\d+)$/.exec(type) ?? [];
    for (const other of [String(Number(version) + 1), String(Number(version) + 10), '0', `0${version}`]) {
      expect(() => decodeEvent(`${name}.v${other}`, JSON.stringify(sampleEvents[type][0]))).toThrow(UnreadableEvent);
    }
  });
});
