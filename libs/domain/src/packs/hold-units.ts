import { strict as assert } from 'node:assert';
import type { AccountState } from '../core/state.ts';
import type { FundsFrozen } from '../holds/events.ts';
import { formatMoney, type Money, parseMoney, takeShare, times } from '../kernel/money.ts';
import type { LatePackConsumption, PackConsumption, PackForfeit, PackForfeitPart, PackUnits } from './events.ts';
import { computeRecognition } from './pack.ts';

/** Most packs that one hold takes units from, so that its events stay small; what else it needs is frozen as money. */
export const packsOfHoldMax = 100;

/** The units that packs of a family cover, in the order in which they would be consumed; null if they cover none. */
export function unitsFromPacks(
  state: AccountState,
  family: string | null,
  quantity: number,
): readonly PackUnits[] | null {
  if (family === null || state.packs.size === 0) return null;
  const taken: PackUnits[] = [];
  let missing = quantity;
  for (const { packId, remaining } of state.packs.ofFamily(family)) {
    if (missing === 0 || taken.length === packsOfHoldMax) break;
    if (remaining === 0) continue;
    const units = Math.min(remaining, missing);
    taken.push({ packId, units });
    missing -= units;
  }
  return taken.length === 0 ? null : taken;
}

/** All units of a list, of whatever packs. */
export function unitsIn(packs: readonly PackUnits[] | null): number {
  return packs === null ? 0 : packs.reduce((total, { units }) => total + units, 0);
}

/** How the pack units of a hold end: consumed in the order of the hold’s packs, the rest back to its own pack or forfeited there. */
export interface UnitsEnded {
  readonly consumed: readonly PackConsumption[] | null;
  readonly forfeited: readonly PackForfeit[] | null;
}

const nothingEnded: UnitsEnded = { consumed: null, forfeited: null };

/**
 * @param completed units of the hold that are charged; pack units are consumed first.
 * @param standardPrice of a unit without a pack; asked only where units are consumed.
 */
export function endUnits(
  state: AccountState,
  { packs }: Pick<FundsFrozen, 'packs'>,
  at: number,
  completed: number,
  standardPrice: () => Money,
): UnitsEnded {
  if (packs === null) return nothingEnded;
  const consumed: PackConsumption[] = [];
  const forfeited: PackForfeit[] = [];
  let left = completed;
  for (const { packId, units } of packs) {
    const pack = state.packs.of(packId);
    const used = Math.min(units, left);
    left -= used;
    if (used > 0) {
      const recognised = formatMoney(computeRecognition(pack, used));
      consumed.push({ packId, units: used, recognised, listPrice: formatMoney(times(standardPrice(), used)) });
    }
    const back = units - used;
    if (back === 0 || at < pack.expiresAt) continue;
    forfeited.push({ packId, units: back, amount: formatMoney(computeRecognition(pack, back, used)) });
  }
  return { consumed: orNull(consumed), forfeited: orNull(forfeited) };
}

/** Nothing of the hold is charged: all its pack units come back, or are forfeited. */
export function findForfeited(
  state: AccountState,
  opening: Pick<FundsFrozen, 'packs'>,
  at: number,
): readonly PackForfeit[] | null {
  if (opening.packs === null) return null;
  return endUnits(state, opening, at, 0, () => assert.fail('no unit is consumed')).forfeited;
}

/**
 * The pack units of a late settle: from the pack that they were reserved in (what is left there, then what this hold
 * forfeited there), else from other packs as a freeze would take them. What is still missing is charged in money.
 *
 * @param forfeited what the hold's end forfeited.
 * @param completed units that are charged; the first of them are those that the hold had reserved in packs.
 */
export function lateUnits(
  state: AccountState,
  { packs }: Pick<FundsFrozen, 'packs'>,
  forfeited: readonly PackForfeit[] | null,
  completed: number,
  standardPrice: Money,
): readonly LatePackConsumption[] | null {
  if (packs === null) return null;
  const fresh = new Map<string, number>();
  const again = new Map<string, number>();
  let left = Math.min(completed, unitsIn(packs));
  let missing = 0;
  for (const { packId, units } of packs) {
    const wanted = Math.min(units, left);
    left -= wanted;
    const remaining = Math.min(wanted, state.packs.of(packId).remaining);
    const lost = forfeited?.find((each) => each.packId === packId)?.units ?? 0;
    const reclaimed = Math.min(wanted - remaining, lost);
    if (remaining > 0) fresh.set(packId, remaining);
    if (reclaimed > 0) again.set(packId, reclaimed);
    missing += wanted - remaining - reclaimed;
  }
  const [first] = packs;
  assert(first !== undefined, 'a hold with pack units has them in some pack');
  for (const { packId, remaining } of state.packs.ofFamily(state.packs.of(first.packId).family)) {
    if (missing === 0 || fresh.size >= 2 * packsOfHoldMax) break;
    const before = fresh.get(packId) ?? 0;
    const units = Math.min(remaining - before, missing);
    if (units === 0) continue;
    fresh.set(packId, before + units);
    missing -= units;
  }
  const ids = new Set([...fresh.keys(), ...again.keys()]);
  return orNull(
    [...ids].map((packId) => {
      const now = fresh.get(packId) ?? 0;
      const units = now + (again.get(packId) ?? 0);
      return {
        packId,
        units,
        recognised: formatMoney(computeRecognition(state.packs.of(packId), now)),
        listPrice: formatMoney(times(standardPrice, units)),
        reclaimed: reclaim(forfeited, packId, again.get(packId) ?? 0),
      };
    }),
  );
}

/** Of what was forfeited at once its even share, rounded down; all of it for all of it. */
function reclaim(forfeited: readonly PackForfeit[] | null, packId: string, units: number): PackForfeitPart | null {
  const part = forfeited?.find((each) => each.packId === packId);
  if (part === undefined || units === 0) return null;
  return { units, amount: formatMoney(takeShare(parseMoney(part.amount), units, part.units)) };
}

function orNull<Item>(list: readonly Item[]): readonly Item[] | null {
  return list.length === 0 ? null : list;
}
