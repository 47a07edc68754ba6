import { type AuditedAccount, byCommand, defineAudit } from '../core/audit-definition.ts';
import { add } from '../core/audit-figures.ts';
import { formatMoney, negated, parseMoney } from '../kernel/money.ts';
import type { PackComing, PacksAudit } from './audit.ts';

const coming = {
  ...byCommand,
  follow: ({ balance, packs, spend, suspendedFor }: AuditedAccount, event: PackComing, revision: number): void => {
    const price = packs.take(event, revision, spend.calendar);
    add(balance, { available: negated(price), packs: price });
    if (event.type === 'pack-granted.v1') return;
    if (suspendedFor.length > 0) packs.say('pack-terms-wrong', 'a pack was taken while suspended');
    const overdrawn = event.type === 'pack-bought.v1' && balance.available < 0n;
    if (overdrawn) packs.say('overdraft', `a pack leaves ${formatMoney(balance.available)}`);
  },
};

export const packAudit = defineAudit({
  'pack-bought.v1': coming,
  'pack-granted.v1': coming,
  'trial-started.v1': coming,
  'pack-expired.v1': {
    isNotice: false,
    isByItself: true,
    follow: ({ packs }, { data }) => {
      packs.expire(data);
    },
  },
  'pack-refunded.v1': {
    ...byCommand,
    follow: ({ balance, packs, holds }, { data }) => {
      const amount = parseMoney(data.amount);
      packs.refund(data, holds.couldBeChargedFrom(data.packId, data.at));
      add(balance, { available: amount, packs: negated(amount) });
    },
  },
});

declare module '../core/audit-definition.ts' {
  interface AuditedAccount {
    readonly packs: PacksAudit;
  }
}
