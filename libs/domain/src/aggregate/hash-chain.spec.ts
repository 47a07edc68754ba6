import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  accountEventTypes,
  chainHash,
  chainStart,
  decodeEvent,
  eventIdFromHash,
  fold,
  formatMoney,
  readStatus,
} from '../index.ts';

interface GoldenEvent {
  readonly type: string;
  readonly text: string;
  readonly metadata: string;
  readonly hash: string;
  readonly id: string;
}

interface Golden {
  readonly stream: string;
  /** Three of each type. */
  readonly events: readonly GoldenEvent[];
  /** One account from its opening to its closing, and what it came to. */
  readonly history: {
    readonly events: readonly GoldenEvent[];
    readonly balance: Readonly<Record<string, string>>;
    readonly unitsCharged: readonly (readonly [string, number])[];
    readonly status: string;
  };
}

const golden = JSON.parse(readFileSync(new URL('./golden-events.json', import.meta.url), 'utf8')) as Golden;

/** The canonical form, written down a second time from its description. */
function hashByHand(previous: string, revision: number, event: GoldenEvent): string {
  const fields = [
    'holdfast-chain-1',
    previous,
    golden.stream,
    String(revision),
    event.type,
    event.text,
    event.metadata,
  ];
  const hash = createHash('sha256');
  for (const field of fields) {
    const bytes = Buffer.from(field, 'utf8');
    hash.update(`${String(bytes.length)}:`);
    hash.update(bytes);
  }
  return hash.digest('hex');
}

describe('the golden events, three of each type', () => {
  it('are of every type there is', () => {
    const counts = new Map<string, number>();
    for (const { type } of golden.events) counts.set(type, (counts.get(type) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(accountEventTypes.map((type) => [type, 3])));
  });

  it('are read back for ever, and written again as the same text', () => {
    for (const { type, text } of golden.events) {
      const event = decodeEvent(type, text);
      expect([event.type, JSON.stringify(event.data)]).toEqual([type, text]);
    }
  });

  it('hash to the same chain for ever, by the code and by hand', () => {
    expectChain(golden.events);
  });
});

describe('the golden history of one account', () => {
  const { history } = golden;

  it('has every type of event in it that there was when it was written', () => {
    expect(new Set(history.events.map(({ type }) => type)).size).toBe(14);
  });

  it('folds to the same balance, counters and status for ever', () => {
    const state = fold(history.events.map(({ type, text }) => decodeEvent(type, text)));
    const parts = Object.keys(state.summary.balance) as (keyof typeof state.summary.balance)[];
    const balance = parts.map((part) => [part, formatMoney(state.summary.balance[part])]);
    expect(Object.fromEntries(balance)).toEqual(history.balance);
    expect([...state.unitsCharged]).toEqual(history.unitsCharged);
    expect(readStatus(state.summary)).toBe(history.status);
  });

  it('hashes to the same chain for ever', () => {
    expectChain(history.events);
  });
});

function expectChain(events: readonly GoldenEvent[]): void {
  let previous = chainStart;
  for (const [revision, event] of events.entries()) {
    const hash = chainHash(previous, golden.stream, revision, event.type, event.text, event.metadata);
    expect(hash).toBe(event.hash);
    expect(hashByHand(previous, revision, event)).toBe(event.hash);
    expect(eventIdFromHash(hash)).toBe(event.id);
    previous = hash;
  }
}

describe('the hash of an event', () => {
  const hash = chainHash(chainStart, 'account-acme', 0, 'hold-expired.v1', '{"at":1}', '{}');

  it('is 64 lower-case hex digits', () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(chainStart).toMatch(/^0{64}$/);
  });

  it('changes with every field', () => {
    const others = [
      chainHash('1'.repeat(64), 'account-acme', 0, 'hold-expired.v1', '{"at":1}', '{}'),
      chainHash(chainStart, 'account-acmf', 0, 'hold-expired.v1', '{"at":1}', '{}'),
      chainHash(chainStart, 'account-acme', 1, 'hold-expired.v1', '{"at":1}', '{}'),
      chainHash(chainStart, 'account-acme', 0, 'hold-expired.v2', '{"at":1}', '{}'),
      chainHash(chainStart, 'account-acme', 0, 'hold-expired.v1', '{"at":2}', '{}'),
      chainHash(chainStart, 'account-acme', 0, 'hold-expired.v1', '{"at":1}', '{"a":1}'),
    ];
    expect(new Set([hash, ...others]).size).toBe(7);
  });

  it('cannot be kept by moving text from one field into the next', () => {
    expect(chainHash(chainStart, 's', 0, 'ab', 'c', '{}')).not.toBe(chainHash(chainStart, 's', 0, 'a', 'bc', '{}'));
    expect(chainHash(chainStart, 's', 0, 'a', '1:b', '{}')).not.toBe(chainHash(chainStart, 's', 0, 'a1:', 'b', '{}'));
  });
});

describe('the id of an event', () => {
  it('is a UUID of version 8 with the RFC’s variant, made of the hash’s first 128 bits', () => {
    for (const digit of '0123456789abcdef') {
      const id = eventIdFromHash(digit.repeat(64));
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(eventIdFromHash('0123456789abcdef'.repeat(4))).toBe('01234567-89ab-8def-8123-456789abcdef');
  });
});
