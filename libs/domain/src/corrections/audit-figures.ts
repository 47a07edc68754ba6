import type { EventOf } from '../core/events.ts';
import { negated, parseMoney } from '../kernel/money.ts';
import type { Breach } from '../core/violation.ts';
import { add, type Figures } from '../core/audit-figures.ts';
import type { SpendAudit } from '../budgets/audit.ts';

/** What a refund or a reversal does to the figures; returns what is wrong with its amount by itself. */
export function correct(
  figures: Figures,
  spend: SpendAudit,
  event: EventOf<'charge-refunded.v2'> | EventOf<'deposit-reversed.v1'>,
): Breach | undefined {
  const amount = parseMoney(event.data.amount);
  if (event.type === 'charge-refunded.v2') {
    add(figures, { available: amount, settled: negated(amount) });
    spend.change(event.data, negated(amount));
  }
  if (event.type === 'deposit-reversed.v1') add(figures, { available: negated(amount), deposited: negated(amount) });
  return amount === 0n ? { kind: 'amount-invalid', detail: 'an amount of nothing' } : undefined;
}
