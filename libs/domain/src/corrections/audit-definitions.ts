import { type AuditedAccount, byCommand, defineAudit } from '../core/audit-definition.ts';
import { add } from '../core/audit-figures.ts';
import { type Money, negated, parseMoney } from '../kernel/money.ts';

/* That no more is taken back than there was is not said here: see {@link CorrectionsAudit}. */

export const correctionAudit = defineAudit({
  'charge-refunded.v1': {
    ...byCommand,
    follow: (account, { data }) => {
      const amount = amountTakenBack(account, data.amount);
      add(account.balance, { available: amount, settled: negated(amount) });
      account.spend.change(data, negated(amount));
    },
  },
  'deposit-reversed.v1': {
    ...byCommand,
    follow: (account, { data }) => {
      const amount = negated(amountTakenBack(account, data.amount));
      add(account.balance, { available: amount, deposited: amount });
    },
  },
});

function amountTakenBack(account: AuditedAccount, text: string): Money {
  const amount = parseMoney(text);
  if (amount === 0n) account.note({ kind: 'amount-invalid', detail: 'an amount of nothing' });
  return amount;
}
