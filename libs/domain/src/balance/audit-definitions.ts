import { type AuditedAccount, byCommand, defineAudit } from '../core/audit-definition.ts';
import { add, checkWithdrawals } from '../core/audit-figures.ts';
import { type Money, negated, parseMoney } from '../kernel/money.ts';

export const balanceAudit = defineAudit({
  'funds-deposited.v1': {
    ...byCommand,
    follow: (account, { data }) => {
      const amount = amountAboveZero(account, data.amount);
      add(account.balance, { available: amount, deposited: amount });
    },
  },
  'funds-withdrawn.v1': {
    ...byCommand,
    follow: (account, { data }) => {
      const amount = amountAboveZero(account, data.amount);
      add(account.balance, { available: negated(amount), withdrawn: amount });
      for (const error of checkWithdrawals(account.balance, account.suspendedFor.length > 0, data.amount)) {
        account.note(error);
      }
    },
  },
  'balance-adjusted.v1': {
    ...byCommand,
    follow: (account, { data }) => {
      const amount = parseMoney(data.amount, 'signed');
      if (amount === 0n) account.note({ kind: 'amount-invalid', detail: 'an adjustment of nothing' });
      add(account.balance, { available: amount, credited: amount });
    },
  },
});

function amountAboveZero(account: AuditedAccount, text: string): Money {
  const amount = parseMoney(text);
  if (amount === 0n) account.note({ kind: 'amount-invalid', detail: 'an amount of nothing' });
  return amount;
}
