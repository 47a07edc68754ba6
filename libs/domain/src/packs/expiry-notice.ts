/*
 * What of a pack is warned of, and when.
 */

const dayMs = 24 * 60 * 60 * 1_000;

/** What of a pack tells whether little is left of it. */
interface UnitsOfPack {
  readonly units: number;
  readonly remaining: number;
  readonly reserved: number;
  readonly ended: boolean;
}

/**
 * Whether less than a percentage of a pack's units can still be taken: what holds have reserved does not count, as frozen
 * money does not count as available.
 */
export function isLow({ remaining, units, ended }: UnitsOfPack, percentBelow: number | null): boolean {
  return percentBelow !== null && !ended && remaining * 100 < units * percentBelow;
}

/** Units that can be taken, now or when holds bring them back. A pack without any never has one again. */
export function unitsLeft({ remaining, reserved }: Pick<UnitsOfPack, 'remaining' | 'reserved'>): number {
  return remaining + reserved;
}

/** Whether somebody was told that a pack expires, or when that falls due; null: it does not. */
export interface ExpiryNotice {
  readonly notified: boolean;
  /** ms since 1970. */
  readonly dueAt: number | null;
}

/**
 * The notice of a pack's expiry after a pack came, or after other terms were agreed: due 24 hours times `days` before the
 * expiry, and at once where less time is left. Who was told is told again only if the expiry is further away than the
 * notice asks for by now.
 *
 * @param days null: nobody wants to be told.
 * @param at of the event, ms since 1970.
 */
export function expiryNotice(
  { expiresAt, notified }: { readonly expiresAt: number; readonly notified: boolean },
  days: number | null,
  at: number,
): ExpiryNotice {
  if (days === null) return { notified: false, dueAt: null };
  const from = expiresAt - days * dayMs;
  return notified && from <= at ? { notified, dueAt: null } : { notified: false, dueAt: Math.max(from, at) };
}
