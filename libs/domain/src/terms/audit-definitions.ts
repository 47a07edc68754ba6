import { byCommand, defineAudit } from '../core/audit-definition.ts';
import type { AgreedPrices } from './audit.ts';

export const termsAudit = defineAudit({
  'terms-changed.v1': {
    ...byCommand,
    follow: (account, { data }) => {
      account.note(account.prices.change(data));
    },
  },
});

declare module '../core/audit-definition.ts' {
  interface AuditedAccount {
    readonly prices: AgreedPrices;
  }
}
