import { strict as assert } from 'node:assert';
import { move } from '../core/apply-movement.ts';
import type { TypedEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import type { HoldLife } from '../kernel/late-window.ts';
import { type Money, negated, parseMoney, plus, zero } from '../kernel/money.ts';
import type { LatePackConsumption, PackConsumption, PackForfeit, PackUnits } from './events.ts';
import { expiryNotice, unitsLeft } from './expiry-notice.ts';
import type { Pack } from './pack.ts';

/*
 * How the events of packs, and what holds take from packs, are folded: a part of evolve.ts.
 */

/** What every pack begins with, however it came. */
interface PackStart {
  readonly at: number;
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly expiresAt: number;
}

/** A pack comes: bought, granted or taken to try. */
export function addPack(state: AccountState, start: PackStart, price: Money, revision: number): void {
  state.packs.add(newPack(start, price, revision));
  putNotice(state, start.packId, start.at, revision);
  move(state, start.at, { available: negated(price), packs: price });
}

export function startTrial(state: AccountState, { data }: TypedEvent<'trial-started.v1'>, revision: number): void {
  const { family } = data;
  assert(!state.trialsTaken.has(family), `a trial pack of ${family} is taken once`);
  state.undo.record(() => {
    state.trialsTaken.delete(family);
  });
  state.trialsTaken.add(family);
  addPack(state, data, zero, revision);
}

/** The pack as it is when it comes; `order` is the revision of its event. */
function newPack({ at, packId, family, units, expiresAt }: PackStart, price: Money, order: number): Pack {
  const counts = { remaining: units, reserved: 0, consumed: 0, forfeited: 0, refunded: 0 };
  const begun = { packId, family, units, price, boughtAt: at, expiresAt, order, ...counts };
  return { ...begun, recognised: zero, listPrice: zero, ended: false, lowNotified: false, expiryNotified: false };
}

/** The expiry, and the notice of it, of a pack of which no unit is left do not happen: it never has one again. */
function changePack(state: AccountState, packId: string, change: Partial<Pack>): void {
  state.packs.change(packId, change);
  if (unitsLeft(state.packs.of(packId)) > 0) return;
  for (const kind of ['pack-expiry', 'pack-notice'] as const) state.schedule.remove(kind, packId);
}

/** When the expiry of a pack is to be notified, as the account's terms say by now; `revision` of the event. */
export function putNotice(state: AccountState, packId: string, at: number, revision: number): void {
  const { ended, expiresAt, expiryNotified, ...counts } = state.packs.of(packId);
  if (ended || unitsLeft(counts) === 0) return;
  const days = state.summary.terms?.agreed.warnings.packExpiresWithinDays ?? null;
  const { notified, dueAt } = expiryNotice({ expiresAt, notified: expiryNotified }, days, at);
  if (notified !== expiryNotified) state.packs.change(packId, { expiryNotified: notified });
  if (dueAt === null) state.schedule.remove('pack-notice', packId);
  if (dueAt !== null) state.schedule.put('pack-notice', packId, dueAt, revision);
}

export function reserveUnits(state: AccountState, packs: readonly PackUnits[]): void {
  for (const { packId, units } of packs) {
    const pack = state.packs.of(packId);
    assert(!pack.ended, `pack ${packId} has not ended`);
    changePack(state, packId, { remaining: pack.remaining - units, reserved: pack.reserved + units });
  }
}

/** How a hold that may have units reserved in packs ended. */
interface ReservationEnd {
  readonly reserved: readonly PackUnits[] | null;
  readonly life: HoldLife;
  /** When it ended, ms since 1970. */
  readonly at: number;
  readonly consumed: readonly PackConsumption[] | null;
  readonly forfeited: readonly PackForfeit[] | null;
  /** It can still be settled late. */
  readonly unused: boolean;
}

/** Each unit that a hold had reserved is consumed, comes back to its own pack, or is forfeited there. */
export function endPackUnits(state: AccountState, end: ReservationEnd): void {
  const { reserved: units, life, at, consumed, forfeited, unused } = end;
  if (units === null) {
    assert(consumed === null && forfeited === null, 'a hold takes no unit from a pack that it has none reserved in');
    return;
  }
  for (const reserved of units) {
    endUnits(state, reserved, of(consumed, reserved), of(forfeited, reserved));
    if (unused) state.packs.endedUnused(reserved.packId, life, at);
  }
}

function endUnits(
  state: AccountState,
  { packId, units }: PackUnits,
  consumed: PackConsumption | undefined,
  forfeited: PackForfeit | undefined,
): void {
  const pack = state.packs.of(packId);
  const [used, lost] = [consumed?.units ?? 0, forfeited?.units ?? 0];
  const back = units - used - lost;
  assert(back >= 0, `no more units of pack ${packId} end than were reserved`);
  assert(back === 0 || !pack.ended, `nothing comes back to pack ${packId}, which has ended`);
  changePack(state, packId, {
    remaining: pack.remaining + back,
    reserved: pack.reserved - units,
    consumed: pack.consumed + used,
    forfeited: pack.forfeited + lost,
    recognised: plus(plus(pack.recognised, readAmount(consumed?.recognised)), readAmount(forfeited?.amount)),
    listPrice: plus(pack.listPrice, readAmount(consumed?.listPrice)),
  });
}

/** A late settle takes what is left in a pack, and what its hold had forfeited there. */
export function consumeLate(state: AccountState, { data }: TypedEvent<'hold-settled-late.v1'>): void {
  for (const packId of data.hold.packs ?? []) state.packs.settledLate(packId, data.hold);
  for (const taken of data.packs ?? []) takeLate(state, taken);
}

function takeLate(state: AccountState, { packId, units, recognised, listPrice, reclaimed }: LatePackConsumption): void {
  const pack = state.packs.of(packId);
  const again = reclaimed?.units ?? 0;
  changePack(state, packId, {
    remaining: pack.remaining - (units - again),
    consumed: pack.consumed + units,
    forfeited: pack.forfeited - again,
    recognised: plus(pack.recognised, parseMoney(recognised)),
    listPrice: plus(pack.listPrice, parseMoney(listPrice)),
  });
}

/** A pack that was used up has no expiry any more; it had one in histories from before that was so. */
export function expirePack(state: AccountState, { data }: TypedEvent<'pack-expired.v1'>): void {
  const { at, packId, units, amount } = data;
  if (units > 0 || state.packs.get(packId) !== undefined) {
    const pack = state.packs.of(packId);
    assert(pack.remaining === units, `what is left of pack ${packId} expires`);
    forfeitRemaining(state, pack, parseMoney(amount));
  }
  move(state, at, {});
}

export function refundPack(state: AccountState, { data }: TypedEvent<'pack-refunded.v1'>): void {
  const { at, packId, units, recognised } = data;
  const amount = parseMoney(data.amount);
  const pack = state.packs.of(packId);
  assert(pack.remaining === units && units > 0, `what is left of pack ${packId} is refunded`);
  const rest = plus(amount, parseMoney(recognised));
  assert(plus(pack.recognised, rest) === pack.price, `a refund ends what is owed for pack ${packId}`);
  const all = { recognised: plus(pack.recognised, parseMoney(recognised)), remaining: 0, refunded: units, ended: true };
  changePack(state, packId, all);
  move(state, at, { available: amount, packs: negated(amount) });
}

/** The account was closed, and what was left in its packs with it. */
export function forfeitPacks(state: AccountState, forfeited: readonly PackForfeit[]): void {
  for (const { packId, units, amount } of forfeited) {
    const pack = state.packs.of(packId);
    assert(pack.remaining === units, `all that is left of pack ${packId} is forfeited`);
    forfeitRemaining(state, pack, parseMoney(amount));
  }
}

function forfeitRemaining(state: AccountState, pack: Pack, amount: Money): void {
  changePack(state, pack.packId, {
    remaining: 0,
    forfeited: pack.forfeited + pack.remaining,
    recognised: plus(pack.recognised, amount),
    ended: true,
  });
}

function of<Units extends PackUnits>(list: readonly Units[] | null, { packId }: PackUnits): Units | undefined {
  return list?.find((each) => each.packId === packId);
}

function readAmount(text: string | undefined): Money {
  return text === undefined ? zero : parseMoney(text);
}
