import { strict as assert } from 'node:assert';
import { type HoldLife, LateWindow } from '../kernel/late-window.ts';
import { minus, type Money, takeShare, zero } from '../kernel/money.ts';
import type { UndoLog } from '../kernel/undo-log.ts';
import { isLow, unitsLeft } from './expiry-notice.ts';

/** Where the units of a pack are: `units = remaining + reserved + consumed + forfeited + refunded`, always. */
export interface PackUnitCounts {
  readonly remaining: number;
  /** By open holds. */
  readonly reserved: number;
  readonly consumed: number;
  /** Left when it expired, or brought back to it after that. */
  readonly forfeited: number;
  readonly refunded: number;
}

/** A resource pack of an account. */
export interface Pack extends PackUnitCounts {
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly price: Money;
  /** ms since 1970. */
  readonly boughtAt: number;
  readonly expiresAt: number;
  /** Revision of the event by which it came. */
  readonly order: number;
  /** What of its price is revenue or breakage; the rest is owed in units, or was given back. */
  readonly recognised: Money;
  /** What the consumed units cost without a pack. */
  readonly listPrice: Money;
  /** It has expired or was refunded: no unit is taken from it any more. */
  readonly ended: boolean;
  /** Somebody was told that little is left of it, and that is still so. */
  readonly lowNotified: boolean;
  /** Somebody was told that it expires. */
  readonly expiryNotified: boolean;
}

/** What of a pack's price its next `units` units are worth, after `before` further ones of this event. */
export function computeRecognition(pack: Pack, units: number, before = 0): Money {
  const gone = pack.consumed + pack.forfeited + before;
  return minus(recognisedAfter(pack, gone + units), recognisedAfter(pack, gone));
}

/**
 * Recognised after k of N units: price x k / N, rounded down at the ledger's scale. So each unit moves the difference to
 * the unit before, and all of them together exactly the price.
 */
function recognisedAfter({ price, units }: Pack, gone: number): Money {
  return takeShare(price, gone, units);
}

/** What of the price is still owed in units. */
export function computeLiability(pack: Pack): Money {
  return pack.refunded > 0 ? zero : minus(pack.price, pack.recognised);
}

/** What must be true of a pack after every event. */
export function assertSoundPack(pack: Pack): void {
  const { remaining, reserved, consumed, forfeited, refunded, units } = pack;
  const counts = [remaining, reserved, consumed, forfeited, refunded];
  assert(
    counts.every((count) => count >= 0),
    `no count of pack ${pack.packId} is below zero`,
  );
  assert(
    remaining + reserved + consumed + forfeited + refunded === units,
    `the units of pack ${pack.packId} are remaining, reserved, consumed, forfeited or refunded`,
  );
  if (refunded === 0) {
    const recognised = recognisedAfter(pack, consumed + forfeited);
    assert(pack.recognised === recognised, `what is gone of pack ${pack.packId} is recognised, to the last digit`);
  }
}

/**
 * The packs of an account. One that has ended, or is used up, is forgotten when another one comes, as soon as no hold has
 * units of it and none could be settled late from it: what there is stays small however old the account is.
 */
export class Packs {
  readonly #packs = new Map<string, Pack>();
  readonly #late = new Map<string, LateWindow>();
  /** By family: ids in the order in which units are taken. */
  #order: ReadonlyMap<string, readonly string[]> = new Map();
  readonly #undo: UndoLog;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  get size(): number {
    return this.#packs.size;
  }

  /** How many there would be if another one came now. */
  neededAt(now: number): number {
    let count = 0;
    for (const pack of this.#packs.values()) if (this.#isNeeded(pack, now)) count += 1;
    return count;
  }

  get(packId: string): Pack | undefined {
    return this.#packs.get(packId);
  }

  /** In the order in which they came. */
  all(): readonly Pack[] {
    return [...this.#packs.values()].sort((left, right) => left.order - right.order);
  }

  /** In the order in which units are taken: soonest expiry first, then oldest purchase. */
  ofFamily(family: string): readonly Pack[] {
    const ids = this.#order.get(family) ?? [];
    return ids.map((packId) => this.of(packId));
  }

  /** A pack that is known to be there. */
  of(packId: string): Pack {
    const pack = this.#packs.get(packId);
    assert(pack !== undefined, `pack ${packId} is one of the account`);
    return pack;
  }

  add(pack: Pack): void {
    assert(!this.#packs.has(pack.packId), `pack ${pack.packId} comes once`);
    assertSoundPack(pack);
    for (const other of this.#packs.values()) if (!this.#isNeeded(other, pack.boughtAt)) this.#forget(other.packId);
    this.#set(pack.packId, pack);
    this.#sort();
  }

  change(packId: string, change: Partial<Pack>): void {
    const pack = { ...this.of(packId), ...change };
    assertSoundPack(pack);
    this.#set(packId, pack);
  }

  /** The first of the packs of which less is left than a percentage, and nobody was told. */
  firstLow(percentBelow: number): Pack | undefined {
    let first: Pack | undefined;
    for (const pack of this.#packs.values()) {
      if (pack.lowNotified || !isLow(pack, percentBelow)) continue;
      if (first === undefined || pack.order < first.order) first = pack;
    }
    return first;
  }

  /** That little is left of a pack can be told again once it was not so. */
  rearmLow(percentBelow: number | null): void {
    for (const pack of this.#packs.values()) {
      if (pack.lowNotified && !isLow(pack, percentBelow)) this.change(pack.packId, { lowNotified: false });
    }
  }

  /**
   * A new threshold warns of no pack that has nothing left: it may be forgotten, or not yet. Nobody is told again either of
   * one that is still to be remembered.
   */
  passOverUsedUp(): void {
    for (const pack of this.#packs.values()) {
      if (!pack.lowNotified && unitsLeft(pack) === 0) this.change(pack.packId, { lowNotified: true });
    }
  }

  /** A hold that had units of the pack ended unused; until 24 hours after its deadline it could be settled late. */
  endedUnused(packId: string, life: HoldLife, now: number): void {
    this.#ensureLateWindow(packId).endedUnused(life, now);
  }

  settledLate(packId: string, life: HoldLife): void {
    this.#late.get(packId)?.settledLate(life);
  }

  couldBeSettledLate(packId: string, now: number): boolean {
    return this.#late.get(packId)?.isOpen(now) ?? false;
  }

  lateEntries(packId: string, now: number): [start: number, holds: number, latest: number][] {
    return this.#late.get(packId)?.entries(now) ?? [];
  }

  /** What a snapshot kept. */
  restore(kept: Iterable<readonly [Pack, late: readonly (readonly [number, number, number])[]]>): void {
    for (const [pack, late] of kept) {
      assertSoundPack(pack);
      this.#packs.set(pack.packId, pack);
      if (late.length > 0) this.#ensureLateWindow(pack.packId).restore(late);
    }
    this.#sort();
  }

  /** Something can still happen to it: it has units left, or holds have units of it, or could be settled late from it. */
  #isNeeded(pack: Pack, now: number): boolean {
    const couldBeUsed = pack.ended ? pack.reserved > 0 : unitsLeft(pack) > 0;
    return couldBeUsed || this.couldBeSettledLate(pack.packId, now);
  }

  #forget(packId: string): void {
    const late = this.#late.get(packId);
    this.#undo.record(() => {
      if (late !== undefined) this.#late.set(packId, late);
    });
    this.#late.delete(packId);
    this.#set(packId, undefined);
  }

  #ensureLateWindow(packId: string): LateWindow {
    const known = this.#late.get(packId);
    if (known !== undefined) return known;
    const late = new LateWindow(this.#undo);
    this.#late.set(packId, late);
    return late;
  }

  #set(packId: string, pack: Pack | undefined): void {
    const before = this.#packs.get(packId);
    const put = (value: Pack | undefined): void => {
      if (value === undefined) this.#packs.delete(packId);
      if (value !== undefined) this.#packs.set(packId, value);
    };
    this.#undo.record(() => {
      put(before);
    });
    put(pack);
  }

  #sort(): void {
    const before = this.#order;
    const order = new Map<string, Pack[]>();
    for (const pack of this.#packs.values()) order.set(pack.family, [...(order.get(pack.family) ?? []), pack]);
    this.#undo.record(() => {
      this.#order = before;
    });
    this.#order = new Map(
      [...order].map(([family, packs]) => [family, packs.sort(takenBefore).map(({ packId }) => packId)]),
    );
  }
}

function takenBefore(left: Pack, right: Pack): number {
  return left.expiresAt === right.expiresAt ? left.order - right.order : left.expiresAt - right.expiresAt;
}

declare module '../core/state.ts' {
  interface AccountState {
    readonly packs: Packs;
    /** The families of which a trial pack was taken. */
    readonly trialsTaken: Set<string>;
  }
}
