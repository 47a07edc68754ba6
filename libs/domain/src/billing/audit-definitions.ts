import { defineAudit } from '../core/audit-definition.ts';
import type { BillsAudit } from './audit.ts';

export const billingAudit = defineAudit({
  'bill-issued.v1': {
    isNotice: true,
    isByItself: false,
    follow: ({ bills, balance, closed }, { data }) => {
      bills.issue(data, balance, closed);
    },
  },
  'arrears-suspended.v1': {
    isNotice: true,
    isByItself: true,
    follow: (account, { data }) => {
      account.bills.suspend(data.at);
      account.suspendedFor = [...account.suspendedFor, 'arrears'];
    },
  },
  'arrears-cleared.v1': {
    isNotice: true,
    isByItself: false,
    follow: (account) => {
      account.bills.clear(account.balance);
      account.suspendedFor = account.suspendedFor.filter((cause) => cause !== 'arrears');
    },
  },
});

declare module '../core/audit-definition.ts' {
  interface AuditedAccount {
    readonly bills: BillsAudit;
  }
}
