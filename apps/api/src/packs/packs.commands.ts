import type { RefundPackBody, TakePackBody } from '#contract';
import type { AcquirePack, RefundPack } from '#domain';
import { moneyOrNull } from '../http/money-texts.ts';

export function acquirePack({ packId, family, units, kind, reason }: TakePackBody): AcquirePack {
  return { kind: 'acquire-pack', packId, family, units, how: kind, reason: reason ?? null };
}

export function refundPack(packId: string, { refundId, amount, reason }: RefundPackBody): RefundPack {
  return { kind: 'refund-pack', packId, refundId, amount: moneyOrNull(amount), reason: reason ?? null };
}
