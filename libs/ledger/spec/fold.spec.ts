import { describe, expect, it } from '@jest/globals';
import {
  fold,
  foldVersion,
  restoreState,
  snapshotOf,
  type AccountEvent,
  type AccountOpened,
  type FundsFrozen,
} from '../src/index.ts';
import { sampleEvents } from './sample-events.ts';

const at = 1_769_659_200_000;
const silent = { outcome: 'match', quantity: null, completedAt: null, evidence: null } as const;

const opened: AccountEvent = {
  type: 'account-opened.v1',
  data: { ...(sampleEvents['account-opened.v1'][1] as AccountOpened), at },
};
const deposited: AccountEvent = {
  type: 'funds-deposited.v1',
  data: { at, depositId: 'd1', amount: '10', reference: null },
};
const frozen: AccountEvent = {
  type: 'funds-frozen.v1',
  data: {
    ...(sampleEvents['funds-frozen.v1'][1] as FundsFrozen),
    at,
    holdId: 'h1',
    amount: '2',
    lateBound: '2',
    expiresAt: at + 10,
  },
};
const settled = (amount: string, returned: string): AccountEvent => ({
  type: 'hold-settled.v1',
  data: { at, holdId: 'h1', ...silent, amount, returned, lines: null },
});
const released = (amount: string): AccountEvent => ({
  type: 'hold-released.v1',
  data: { at, holdId: 'h1', amount, reason: 'r', completion: null },
});

describe('a history that cannot be', () => {
  it.each<[string, AccountEvent[], RegExp]>([
    ['opens an account twice', [opened, opened], /first event/],
    ['begins with something else', [frozen], /opened before|anything else/],
    [
      'runs backwards in time',
      [opened, { type: 'funds-deposited.v1', data: { at: at - 1, depositId: 'd', amount: '1', reference: null } }],
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
    expect(fold([opened, deposited, frozen, settled('1.5', '0.5')]).standing.revision).toBe(3);
  });
});

describe('a snapshot', () => {
  it('of another version of the fold is not used', () => {
    const text = snapshotOf(fold([opened, deposited, frozen]));
    expect(restoreState(text)).toBeDefined();
    expect(
      restoreState(text.replace(`"foldVersion":${String(foldVersion)}`, `"foldVersion":${String(foldVersion + 1)}`)),
    ).toBeUndefined();
  });

  it('is made of an account that exists', () => {
    expect(() => snapshotOf(fold([]))).toThrow(RangeError);
  });
});
