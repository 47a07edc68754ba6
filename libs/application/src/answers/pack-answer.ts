import type { Pack, TypedEvent } from '#domain';
import { formatMoney } from '#domain';
import { timeText } from './times.ts';

/** A pack as callers see it; its counts add up to `units`. */
export interface PackFigures {
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly remaining: number;
  readonly reserved: number;
  readonly consumed: number;
  readonly forfeited: number;
  readonly refunded: number;
  /** Paid for all units. */
  readonly price: string;
  /** ms since 1970. */
  readonly boughtAt: number;
  readonly expiresAt: number;
  /** It has expired, was refunded, or its account was closed. */
  readonly ended: boolean;
}

export function packFigures(pack: Pack): PackFigures {
  return { ...pack, price: formatMoney(pack.price) };
}

/** A pack as the routes show it: times as RFC 3339 texts, counts in units, the price as it was paid. */
export function packAnswer(accountId: string, pack: PackFigures): object {
  const { packId, family, units, remaining, reserved, consumed, forfeited, refunded, price } = pack;
  const counts = { units, remaining, reserved, consumed, forfeited, refunded };
  const times = { boughtAt: timeText(pack.boughtAt), expiresAt: timeText(pack.expiresAt) };
  return { packId, accountId, family, ...counts, price, ...times, status: statusOfPack(pack) };
}

function statusOfPack({ refunded, remaining, reserved, ended }: PackFigures): string {
  if (refunded > 0) return 'refunded';
  if (ended) return 'expired';
  return remaining + reserved === 0 ? 'used' : 'active';
}

type Taken = TypedEvent<'pack-bought.v1'> | TypedEvent<'pack-granted.v1'> | TypedEvent<'trial-started.v1'>;

/** A pack as it was when it came: made from its own event alone, so that the answer can be given again byte for byte. */
export function packAsTaken(accountId: string, event: Taken): object {
  const { at: boughtAt, packId, family, units, expiresAt } = event.data;
  const price = event.type === 'pack-bought.v1' ? event.data.price : '0';
  const counts = { units, remaining: units, reserved: 0, consumed: 0, forfeited: 0, refunded: 0 };
  return packAnswer(accountId, { packId, family, ...counts, price, boughtAt, expiresAt, ended: false });
}
