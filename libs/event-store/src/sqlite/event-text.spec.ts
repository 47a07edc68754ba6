import { describe, expect, it } from '@jest/globals';
import fc from '../../../../test/support/fast-check.ts';
import { eventsOfText, textOfEvents } from './event-text.ts';

const word = fc.stringMatching(/^[\w.-]{1,40}$/);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '\n', ' ', '1 2\n', '{"a":"é 😀"}'),
);
const event = fc.record({ id: word, type: word, hash: word, data: text, metadata: text });

describe('the events in a row of the log', () => {
  it('are read as they were written, whatever is in their texts', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), (events) => {
        expect(eventsOfText(textOfEvents(events))).toEqual(events);
      }),
    );
  });

  it('are not written with a name that could not be read again', () => {
    for (const name of ['a b', 'a\nb', '']) {
      const sound = { id: 'id', type: 'type', hash: 'hash', data: '{}', metadata: '{}' };
      for (const key of ['id', 'type', 'hash']) {
        expect(() => textOfEvents([{ ...sound, [key]: name }])).toThrow(TypeError);
      }
    }
  });

  it.each([
    'id type hash 2 2',
    'id type hash 2 2\n{}{',
    'id type hash 2 2\n{}{} ',
    'id type hash x 2\n{}{}',
    'id type hash 2\n{}{}',
    'id type hash 2 2 2\n{}{}{}',
    '[{"id":"a"}]',
  ])('are not read from a damaged row: %j', (damaged) => {
    expect(() => eventsOfText(damaged)).toThrow('damaged');
  });
});
