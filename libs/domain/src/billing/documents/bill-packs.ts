import { type AccountEvent, type EventReaders, readEvent } from '../../core/events.ts';
import type { AccountState } from '../../core/state.ts';
import { formatMoney, type Money, negated, parseMoney, plus, zero } from '../../kernel/money.ts';
import type { PackForfeit } from '../../packs/events.ts';
import { computeLiability, type Pack, type PackUnitCounts } from '../../packs/pack.ts';
import { type LineEvents, SeenEvents } from './line-events.ts';

/**
 * How units of a pack became breakage: left in it when it expired; brought back to it after that; lost with the account
 * when it was closed. `reclaimed`, below zero, takes back what was: a late settle has consumed the units after all.
 */
export type BreakageCause = 'expired' | 'returned' | 'closed' | 'reclaimed';

/** Units of one pack that nobody used, and what of its price became breakage with them: no part of what was charged. */
export type BillBreakage = LineEvents & {
  readonly cause: BreakageCause;
  readonly packId: string;
  readonly units: number;
  readonly amount: string;
  readonly events: number;
};

/** Where the units of a pack are at a moment, and what of its price the platform still owes, in units not yet used. */
export interface BillPackBalance extends PackUnitCounts {
  readonly liability: string;
}

/** A pack that could be used, or that something happened to. */
export interface BillPack {
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  /** Paid, for all units. */
  readonly price: string;
  readonly boughtAt: string;
  readonly expiresAt: string;
  /** Null for a pack that came later. */
  readonly opening: BillPackBalance | null;
  readonly closing: BillPackBalance;
}

interface Breakage {
  readonly cause: BreakageCause;
  readonly packId: string;
  units: number;
  amount: Money;
  readonly seen: SeenEvents;
}

/** Folds what happens to the packs of an account into the parts of a bill that are about them. */
export class PacksFold {
  readonly #before: ReadonlyMap<string, Pack>;
  /** As they were last: the account's state forgets packs that have ended. */
  readonly #seen: Map<string, Pack>;
  readonly #breakage = new Map<string, Breakage>();

  readonly #format: number;

  constructor({ packs }: AccountState, format: number) {
    this.#format = format;
    this.#before = new Map(packs.all().map((pack) => [pack.packId, pack]));
    this.#seen = new Map(this.#before);
  }

  /** Takes one event, before it is folded into the state. */
  take(state: AccountState, event: AccountEvent, revision: number): void {
    // Only when a pack comes does the state forget others.
    if (isComing(event)) this.#see(state);
    for (const { cause, packId, units, amount } of listBreakage(event)) {
      const key = `${String(causes.indexOf(cause))} ${packId}`;
      const nothing = { cause, packId, units: 0, amount: zero, seen: new SeenEvents(this.#format) };
      const sum = this.#breakage.get(key) ?? nothing;
      sum.units += units;
      sum.amount = plus(sum.amount, amount);
      sum.seen.add(revision);
      this.#breakage.set(key, sum);
    }
  }

  /** @param state after the last event. */
  finish(state: AccountState): { readonly packs: readonly BillPack[]; readonly breakage: readonly BillBreakage[] } {
    this.#see(state);
    const sorted = [...this.#breakage].sort(([left], [right]) => (left < right ? -1 : 1));
    const breakage = sorted.map(([, { cause, packId, units, amount, seen }]) => {
      const sums = { units, amount: formatMoney(amount), events: seen.count };
      return { cause, packId, ...sums, ...seen.shown };
    });
    const shown = [...this.#seen.values()].filter((pack) => isShown(this.#before.get(pack.packId), pack));
    const packs = shown.sort((left, right) => left.order - right.order);
    return { packs: packs.map((pack) => billPack(this.#before.get(pack.packId), pack)), breakage };
  }

  #see({ packs }: AccountState): void {
    for (const pack of packs.all()) this.#seen.set(pack.packId, pack);
  }
}

/** In the order of a bill. */
const causes: readonly BreakageCause[] = ['expired', 'returned', 'closed', 'reclaimed'];

export interface BreakagePart {
  readonly cause: BreakageCause;
  readonly packId: string;
  readonly units: number;
  readonly amount: Money;
}

export function listBreakage(event: AccountEvent): readonly BreakagePart[] {
  return readEvent(breakageReaders, event) ?? [];
}

const returned = ({ forfeited }: { readonly forfeited: readonly PackForfeit[] | null }): readonly BreakagePart[] =>
  forfeits('returned', forfeited);

const breakageReaders: EventReaders<readonly BreakagePart[]> = {
  'pack-expired.v1': (expired) => (expired.units === 0 ? [] : forfeits('expired', [expired])),
  'hold-settled.v1': returned,
  'hold-released.v1': returned,
  'hold-expired.v1': returned,
  'account-closed.v1': ({ forfeited }) => forfeits('closed', forfeited),
  'hold-settled-late.v1': ({ packs }) =>
    (packs ?? []).flatMap(({ packId, reclaimed }) => {
      if (reclaimed === null) return [];
      return [{ cause: 'reclaimed', packId, units: -reclaimed.units, amount: negated(parseMoney(reclaimed.amount)) }];
    }),
};

function forfeits(cause: BreakageCause, forfeited: readonly PackForfeit[] | null): readonly BreakagePart[] {
  return (forfeited ?? []).map(({ packId, units, amount }) => ({ cause, packId, units, amount: parseMoney(amount) }));
}

function isComing({ type }: AccountEvent): boolean {
  return type === 'pack-bought.v1' || type === 'pack-granted.v1' || type === 'trial-started.v1';
}

/** What was used up or had ended before, and did not change, is not shown, whether the state has forgotten it or not. */
function isShown(before: Pack | undefined, after: Pack): boolean {
  if (before === undefined || before.remaining + before.reserved > 0) return true;
  return before.consumed !== after.consumed || before.forfeited !== after.forfeited;
}

function billPack(before: Pack | undefined, after: Pack): BillPack {
  const { packId, family, units, price, boughtAt, expiresAt } = after;
  return {
    packId,
    family,
    units,
    price: formatMoney(price),
    boughtAt: new Date(boughtAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    opening: before === undefined ? null : toPackBalance(before),
    closing: toPackBalance(after),
  };
}

function toPackBalance(pack: Pack): BillPackBalance {
  const { remaining, reserved, consumed, forfeited, refunded } = pack;
  return { remaining, reserved, consumed, forfeited, refunded, liability: formatMoney(computeLiability(pack)) };
}
