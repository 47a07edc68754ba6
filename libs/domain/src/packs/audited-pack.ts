import { type Money, parseMoney } from '../kernel/money.ts';
import type { PackForfeit, PackRefunded, PackUnits } from './events.ts';

/** What an audit keeps of a pack: figures of its own, which the domain model's are compared with. */
export interface AuditedPack {
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly price: bigint;
  readonly boughtAt: number;
  readonly expiresAt: number;
  readonly order: number;
  remaining: number;
  reserved: number;
  consumed: number;
  forfeited: number;
  refunded: number;
  /** Still owed in units. */
  owed: bigint;
  /** What the consumed units cost without a pack. */
  listPrice: bigint;
  ended: boolean;
}

interface PackStart {
  readonly at: number;
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly expiresAt: number;
}

export function auditedPack(start: PackStart, price: Money, order: number): AuditedPack {
  const { at: boughtAt, packId, family, units, expiresAt } = start;
  const counts = { remaining: units, reserved: 0, consumed: 0, forfeited: 0, refunded: 0 };
  return {
    packId,
    family,
    units,
    price,
    boughtAt,
    expiresAt,
    order,
    ...counts,
    owed: price,
    listPrice: 0n,
    ended: false,
  };
}

/** Most packs that one hold takes units from. */
const packsOfHoldMax = 100;

/** Which units a freeze takes at a moment: soonest expiry first, then oldest purchase. */
export function reservationByHand(
  packs: Iterable<AuditedPack>,
  family: string | null,
  quantity: number,
  at: number,
): readonly PackUnits[] {
  if (family === null) return [];
  const inOrder = [...packs]
    .filter((pack) => pack.family === family && pack.remaining > 0 && !pack.ended && at < pack.expiresAt)
    .sort((left, right) => left.expiresAt - right.expiresAt || left.order - right.order)
    .slice(0, packsOfHoldMax);
  const taken: PackUnits[] = [];
  let missing = quantity;
  for (const { packId, remaining } of inOrder) {
    const units = Math.min(missing, remaining);
    missing -= units;
    if (units > 0) taken.push({ packId, units });
  }
  return taken;
}

/** What `units` units are worth once `gone` are gone: from what is owed before and after, not from what is recognised. */
export function computeWorth(pack: AuditedPack, gone: number, units: number): bigint {
  return owedAfter(pack, gone) - owedAfter(pack, gone + units);
}

/** Owed once `gone` units are gone: the price of the others, rounded up at the scale. */
function owedAfter({ price, units }: AuditedPack, gone: number): bigint {
  const others = price * BigInt(units - gone);
  const whole = others / BigInt(units);
  return whole * BigInt(units) === others ? whole : whole + 1n;
}

export function owedFor(pack: AuditedPack): bigint {
  return owedAfter(pack, pack.consumed + pack.forfeited);
}

export function checkCounts(pack: AuditedPack): string | undefined {
  const { remaining, reserved, consumed, forfeited, refunded, units, packId } = pack;
  const counts = [remaining, reserved, consumed, forfeited, refunded];
  if (counts.every((count) => count >= 0) && counts.reduce((sum, count) => sum + count) === units) return undefined;
  return `the units of pack ${packId} are ${counts.join(' + ')}, of ${String(units)}`;
}

const dayMs = 86_400_000;

/** What is wrong with a refund by the pack's age and use; undefined if nothing is. */
export function returnByHand(pack: AuditedPack, { at, amount, reason, units }: PackRefunded): string | undefined {
  const age = at - pack.boughtAt;
  if (pack.ended || pack.price === 0n || units === 0) return 'it could not be refunded';
  if (age > 180 * dayMs) return 'it was too old to be refunded';
  const back = parseMoney(amount);
  if (age > 5 * dayMs) {
    if (reason === null) return 'an operator gives a reason';
    return back === 0n || back > pack.owed ? `${amount} is nothing, or more than is owed for it` : undefined;
  }
  const rest = pack.price - pack.listPrice;
  const due = rest < 0n ? 0n : rest;
  return back === (due > pack.owed ? pack.owed : due) ? undefined : `${amount} is not what its use leaves of its price`;
}

/** Units of one pack that a late settle takes, `reclaimed` of them from what its hold had forfeited. */
export interface LateUnits {
  readonly packId: string;
  readonly units: number;
  readonly reclaimed: number;
}

/** Unit by unit: first every unit from where it was reserved, then those that are missing from any pack of the family. */
export function lateUnitsByHand(
  packs: ReadonlyMap<string, AuditedPack>,
  reserved: readonly PackUnits[],
  forfeited: readonly PackForfeit[],
  completed: number,
): readonly LateUnits[] {
  const taken = new Map<string, { fresh: number; again: number }>();
  const findTaken = (packId: string): { fresh: number; again: number } => taken.get(packId) ?? { fresh: 0, again: 0 };
  let left = completed;
  let missing = 0;
  for (const { packId, units } of reserved) {
    const wanted = Math.min(units, left);
    left -= wanted;
    const fresh = Math.min(wanted, packs.get(packId)?.remaining ?? 0);
    const again = Math.min(wanted - fresh, forfeited.find((each) => each.packId === packId)?.units ?? 0);
    taken.set(packId, { fresh, again });
    missing += wanted - fresh - again;
  }
  const family = packs.get(reserved[0]?.packId ?? '')?.family ?? null;
  const others = [...packs.values()].map((pack) => ({
    ...pack,
    remaining: pack.remaining - findTaken(pack.packId).fresh,
  }));
  for (const { packId, units } of reservationByHand(others, family, missing, 0)) {
    const { fresh, again } = findTaken(packId);
    taken.set(packId, { fresh: fresh + units, again });
  }
  return [...taken]
    .map(([packId, { fresh, again }]) => ({ packId, units: fresh + again, reclaimed: again }))
    .filter(({ units }) => units > 0);
}

export function byPack(units: readonly LateUnits[]): readonly LateUnits[] {
  return [...units].sort((left, right) => (left.packId < right.packId ? -1 : 1));
}
