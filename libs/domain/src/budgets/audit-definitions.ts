import { byCommand, defineAudit } from '../core/audit-definition.ts';
import type { SpendAudit } from './audit.ts';

export const budgetAudit = defineAudit({
  'budget-set.v1': {
    ...byCommand,
    follow: (account, { data }) => {
      account.note(account.spend.setBudget(data));
    },
  },
});

declare module '../core/audit-definition.ts' {
  interface AuditedAccount {
    readonly spend: SpendAudit;
  }
}
