import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { accountEventTypes, decodeEvent, fold, olderEventTypes, snapshotOf, UnreadableEvent } from '../index.ts';

interface Upcast {
  readonly type: string;
  readonly text: string;
  readonly readAs: string;
  readonly readText: string;
}

interface Stored {
  readonly type: string;
  readonly text: string;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./${name}`, import.meta.url), 'utf8'));

/** How each golden event of an older version reads, written down when its version was replaced. */
const upcasts = read('golden-upcasts.json') as readonly Upcast[];
const golden = read('golden-events.json') as {
  readonly events: readonly Stored[];
  readonly history: { readonly events: readonly Stored[] };
};

function nameAndVersion(type: string): readonly [name: string, version: number] {
  const [, name = '', version = ''] = /^(.+)\.v(\d+)$/.exec(type) ?? [];
  return [name, Number(version)];
}

const newest = new Map<string, number>();
for (const type of [...accountEventTypes, ...olderEventTypes]) {
  const [name, version] = nameAndVersion(type);
  newest.set(name, Math.max(version, newest.get(name) ?? 0));
}

describe('an event of an older version', () => {
  it.each(upcasts)('$type reads as $readAs, byte for byte: $readText', ({ type, text, readAs, readText }) => {
    const event = decodeEvent(type, text);
    expect([event.type, JSON.stringify(event.data)]).toEqual([readAs, readText]);
  });

  it('is written down here, whichever golden one it is', () => {
    const stored = golden.events
      .filter(({ type }) => olderEventTypes.includes(type))
      .map(({ type, text }) => [type, text]);
    expect(upcasts.map(({ type, text }) => [type, text])).toEqual(stored);
    expect(new Set(upcasts.map(({ type }) => type))).toEqual(new Set(olderEventTypes));
  });

  it('makes the same account as if it had been stored as it reads', () => {
    const events = golden.history.events.map(({ type, text }) => decodeEvent(type, text));
    const again = events.map(({ type, data }) => decodeEvent(type, JSON.stringify(data)));
    expect(snapshotOf(fold(again))).toBe(snapshotOf(fold(events)));
  });
});

describe('an event of a newer version', () => {
  it.each([...newest])('of %s is not read as version %i', (name, version) => {
    const stored = golden.events.find(({ type }) => type === `${name}.v${String(version)}`);
    expect(stored).toBeDefined();
    for (const other of [version + 1, version + 10, 0]) {
      expect(() => decodeEvent(`${name}.v${String(other)}`, stored?.text ?? '')).toThrow(UnreadableEvent);
    }
    expect(() => decodeEvent(`${name}.v0${String(version)}`, stored?.text ?? '')).toThrow(UnreadableEvent);
  });

  it('has every version before it: none was ever dropped', () => {
    const known = new Set<string>([...accountEventTypes, ...olderEventTypes]);
    for (const [name, version] of newest) {
      for (let older = 1; older <= version; older += 1) expect(known).toContain(`${name}.v${String(older)}`);
    }
  });
});
