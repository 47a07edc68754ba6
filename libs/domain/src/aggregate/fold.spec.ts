import { hash as digest } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sampleEvents } from '../../../../test/support/sample-events.ts';
import {
  type AccountEvent,
  type AccountOpened,
  fold,
  foldVersion,
  type FundsFrozen,
  restoreState,
  writeSnapshot,
} from '../index.ts';

const at = 1_769_659_200_000;
const silent = { outcome: 'match', quantity: null, completedAt: null, evidence: null } as const;

const opened: AccountEvent = {
  type: 'account-opened.v1',
  data: { ...(sampleEvents['account-opened.v1'][1] as AccountOpened), at },
};
const deposited: AccountEvent = {
  type: 'funds-deposited.v1',
  data: { at, depositId: 'd1', amount: '10', reference: null, paymentId: null },
};
const frozen: AccountEvent = {
  type: 'funds-frozen.v1',
  data: {
    ...(sampleEvents['funds-frozen.v1'][1] as FundsFrozen),
    at,
    holdId: 'h1',
    amount: '2',
    maxLateCharge: '2',
    expiresAt: at + 10,
  },
};
const settled = (amount: string, returned: string): AccountEvent => ({
  type: 'hold-settled.v1',
  data: { at, holdId: 'h1', ...silent, amount, returned, lines: null, packs: null, forfeited: null },
});
const released = (amount: string): AccountEvent => ({
  type: 'hold-released.v1',
  data: { at, holdId: 'h1', amount, reason: 'r', completion: null, forfeited: null },
});

describe('a history that cannot be', () => {
  it.each<[string, AccountEvent[], RegExp]>([
    ['opens an account twice', [opened, opened], /first event/],
    ['begins with something else', [frozen], /opened before|anything else/],
    [
      'runs backwards in time',
      [
        opened,
        {
          type: 'funds-deposited.v1',
          data: { at: at - 1, depositId: 'd', amount: '1', reference: null, paymentId: null },
        },
      ],
      /backwards/,
    ],
    ['opens a hold twice', [opened, deposited, frozen, frozen], /opened once/],
    ['ends a hold that was never opened', [opened, deposited, released('2')], /is open/],
    ['ends a hold twice', [opened, deposited, frozen, settled('2', '0'), released('2')], /is open/],
    ['charges more than was frozen', [opened, deposited, frozen, settled('3', '0')], /never costs more/],
    ['gives back what was not frozen', [opened, deposited, frozen, settled('1', '2')], /gives back/],
    ['gives back less than was frozen', [opened, deposited, frozen, released('1')], /gives back/],
    [
      'records a failure on an ended hold',
      [
        opened,
        deposited,
        frozen,
        released('2'),
        { type: 'call-failed.v1', data: { at, holdId: 'h1', attemptId: 'a', reason: 'r' } },
      ],
      /is open/,
    ],
  ])('is not folded when it %s', (_, history, message) => {
    expect(() => fold(history)).toThrow(message);
  });

  it('is folded when it can be', () => {
    expect(fold([opened, deposited, frozen, settled('1.5', '0.5')]).summary.revision).toBe(3);
  });
});

describe('a snapshot', () => {
  const snapshot = writeSnapshot(fold([opened, deposited, frozen]));

  /** The snapshot with something else in it, and the digest of that. */
  function resealed(from: string, to: string): string {
    expect(snapshot).toContain(from);
    const text = snapshot.slice(64).replace(from, to);
    return digest('sha256', text, 'hex') + text;
  }

  it('of another version of the fold is not used', () => {
    expect(restoreState(snapshot)).toBeDefined();
    const version = `"foldVersion":${String(foldVersion)}`;
    expect(restoreState(resealed(version, `"foldVersion":${String(foldVersion + 1)}`))).toBeUndefined();
  });

  it.each([
    ['in which something was changed', snapshot.replace('"available":"8"', '"available":"9"')],
    ['that was cut off', snapshot.slice(0, -1)],
    ['without its digest', snapshot.slice(64)],
    ['that is no JSON', digest('sha256', '{', 'hex') + '{'],
    ['that is empty', ''],
  ])('%s is not used', (_, text) => {
    expect(text).not.toBe(snapshot);
    expect(restoreState(text)).toBeUndefined();
  });

  it.each([
    ['without its equation', '"available":"8"', '"available":"9"', /available \+ frozen/],
    [
      'with money frozen for no hold',
      '"available":"8","frozen":"2"',
      '"available":"7","frozen":"3"',
      /sum of the open/,
    ],
  ])('%s is never restored, whoever wrote it', (_, from, to, message) => {
    expect(() => restoreState(resealed(from, to))).toThrow(message);
  });

  it('is empty, and not too long, when the open holds are too many', () => {
    const state = fold([opened, deposited, frozen]);
    const [hold] = state.openHolds.values();
    if (hold === undefined) throw new RangeError('there is an open hold');
    // As many holds of the greatest size as make more characters than there can be in a text.
    const metadata = Object.fromEntries(Array.from({ length: 20 }, (_, key) => [String(key), '\u0001'.repeat(500)]));
    const large = { ...hold, opening: { ...hold.opening, metadata } };
    for (let count = 0; count < 10_000; count += 1) state.openHolds.set(String(count), large);
    expect(writeSnapshot(state)).toBe('');
  });

  it('is made of an account that exists', () => {
    expect(() => writeSnapshot(fold([]))).toThrow(RangeError);
  });
});
