import { evolve } from './evolve.ts';
import type { AccountOpened, FundsFrozen } from './events.ts';
import { parseMoney, formatMoney, type Money } from './money.ts';
import { foldVersion, initialState, type AccountState, type Balance } from './state.ts';

type AmountTexts = Readonly<Record<keyof Balance, string>>;

/** An account's state as plain JSON data. What the id index already has is left out. */
interface SnapshotData {
  readonly foldVersion: number;
  readonly opened: AccountOpened;
  readonly revision: number;
  readonly lastAt: number;
  readonly balance: AmountTexts;
  readonly suspendedFor: AccountState['standing']['suspendedFor'];
  readonly closed: boolean;
  readonly spend: {
    readonly name: string;
    readonly from: number;
    readonly until: number;
    readonly amount: string;
  } | null;
  readonly openHolds: readonly { readonly opening: FundsFrozen; readonly order: number; readonly attempts: number }[];
  readonly unitsCharged: readonly (readonly [string, number])[];
  readonly lateWindow: readonly (readonly [number, number, number])[];
}

/** The state of an open account as text; folding the later events onto {@link restoreState} of it gives the later state. */
export function snapshotOf(state: AccountState): string {
  const { opened, standing } = state;
  if (opened === null) throw new RangeError('an account is opened before a snapshot is made of it');
  const { balance, spend } = standing;
  const openHolds = [...state.openHolds.values()].sort((left, right) => left.order - right.order);
  const data: SnapshotData = {
    foldVersion,
    opened,
    revision: standing.revision,
    lastAt: standing.lastAt,
    balance: {
      available: formatMoney(balance.available),
      frozen: formatMoney(balance.frozen),
      settled: formatMoney(balance.settled),
      packs: formatMoney(balance.packs),
      deposited: formatMoney(balance.deposited),
      credited: formatMoney(balance.credited),
      withdrawn: formatMoney(balance.withdrawn),
    },
    suspendedFor: standing.suspendedFor,
    closed: standing.closed,
    spend: spend === null ? null : { ...spend.day, amount: formatMoney(spend.amount) },
    openHolds: openHolds.map(({ opening, order, attempts }) => ({ opening, order, attempts })),
    unitsCharged: [...state.unitsCharged].sort(([left], [right]) => (left < right ? -1 : 1)),
    lateWindow: state.lateWindow.entries(standing.lastAt),
  };
  return JSON.stringify(data);
}

/** The state that a snapshot was made of; undefined if another version of the fold made it. */
export function restoreState(text: string): AccountState | undefined {
  const data = JSON.parse(text) as SnapshotData;
  if (data.foldVersion !== foldVersion) return undefined;
  const state = initialState();
  evolve(state, { type: 'account-opened.v1', data: data.opened });
  for (const { opening, order, attempts } of data.openHolds) {
    const hold = { opening, amount: parseMoney(opening.amount), order, attempts };
    state.openHolds.set(opening.holdId, hold);
    state.due.push(hold);
  }
  for (const [key, units] of data.unitsCharged) state.unitsCharged.set(key, units);
  state.lateWindow.restore(data.lateWindow);
  const { spend } = data;
  state.standing = {
    ...state.standing,
    revision: data.revision,
    lastAt: data.lastAt,
    balance: balanceOf(data.balance),
    suspendedFor: data.suspendedFor,
    closed: data.closed,
    spend:
      spend === null
        ? null
        : {
            day: { name: spend.name, from: spend.from, until: spend.until },
            amount: parseMoney(spend.amount, 'signed'),
          },
  };
  state.undo.commit();
  return state;
}

function balanceOf(texts: AmountTexts): Balance {
  const amount = (text: string): Money => parseMoney(text, 'signed');
  return {
    available: amount(texts.available),
    frozen: amount(texts.frozen),
    settled: amount(texts.settled),
    packs: amount(texts.packs),
    deposited: amount(texts.deposited),
    credited: amount(texts.credited),
    withdrawn: amount(texts.withdrawn),
  };
}
