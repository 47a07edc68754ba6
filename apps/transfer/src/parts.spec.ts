import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { appendBytesMax, appendEventsMax, type Position, type RecordedEvent } from '#application/ports';
import { chained } from '../testing/ledgers.ts';
import { findNewParts } from './copy.ts';
import { describePlace, parsePlace } from './place.ts';
import { sideBySide } from './side-by-side.ts';

function recorded(stream: string, count: number, text = ''): readonly RecordedEvent[] {
  return chained(stream, count, text).map((event, revision) => ({
    ...event,
    stream,
    revision,
    position: '' as Position,
    recordedAt: 0,
  }));
}

describe('the events of a page', () => {
  it('go in appends of their streams, behind what is there', () => {
    const [a, b] = [recorded('a', 3), recorded('b', 2)];
    const heads = new Map([['a', 0]]);
    const parts = findNewParts([...a.slice(0, 1), ...b, ...a.slice(1)], heads);
    expect(parts.map((stream) => stream.map((part) => [part.stream, part.expected, part.events.length]))).toEqual([
      [['b', -1, 2]],
      [['a', 0, 2]],
    ]);
    expect([...heads]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(findNewParts([...a, ...b], heads)).toEqual([]);
  });

  it('go in no append that is too large in number or bytes', () => {
    const many = findNewParts(recorded('a', appendEventsMax * 2 + 1), new Map()).flat();
    expect(many.map(({ expected, events }) => [expected, events.length])).toEqual([
      [-1, appendEventsMax],
      [appendEventsMax - 1, appendEventsMax],
      [appendEventsMax * 2 - 1, 1],
    ]);
    const wide = findNewParts(recorded('a', 5, '€'.repeat(appendBytesMax / 3 / 2 - 100)), new Map()).flat();
    expect(wide.map(({ events }) => events.length)).toEqual([2, 2, 1]);
  });

  it('stop the copy where the source has a gap', () => {
    expect(() => findNewParts(recorded('a', 3).slice(1), new Map())).toThrow('a: the source has no revision 0');
  });
});

describe('work side by side', () => {
  it('is for so many items at once, and for all', async () => {
    let [underWay, most, done] = [0, 0, 0];
    await sideBySide(Array.from({ length: 50 }), 7, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await turn();
      underWay -= 1;
      done += 1;
    });
    expect([most, done]).toEqual([7, 50]);
  });

  it('ends after a failure with what is under way', async () => {
    let [begun, ended] = [0, 0];
    const working = sideBySide(Array.from({ length: 50 }), 7, async () => {
      begun += 1;
      const mine = begun;
      await turn();
      ended += 1;
      if (mine === 3) throw new Error('the third');
    });
    await expect(working).rejects.toThrow('the third');
    expect(ended).toBe(begun);
    expect(begun).toBeLessThan(20);
  });
});

describe('a place', () => {
  it.each([
    ['kurrentdb', 'kurrentdb://admin:a?b/c%40d@one:2113,two:2113?tls=false', 'KurrentDB one:2113,two:2113 (holdfast.)'],
    ['kurrentdb', 'esdb+discover://cluster.internal', 'KurrentDB cluster.internal (holdfast.)'],
    ['kurrentdb://localhost:2113/?tls=false', undefined, 'KurrentDB localhost:2113/ (holdfast.)'],
    ['/var/lib/holdfast', undefined, '/var/lib/holdfast'],
  ])('%s is called without credentials (%s)', (word, url, name) => {
    expect(describePlace(parsePlace(word, 'holdfast', url))).toBe(name);
  });

  it('is a directory if it looks like one, even by the name of the word', () => {
    expect(parsePlace('./kurrentdb', 'holdfast', undefined)).toMatchObject({ engine: 'sqlite' });
  });
});
