import type { AccountSummary } from '../core/state.ts';
import { formatMoney, parseMoney } from '../kernel/money.ts';
import type { Arrears, Billed, BillingDays, EventfulDay, FinishedDay } from './billing-days.ts';

/** What a snapshot keeps of the days and bills of an account. */
export interface BillingTexts {
  readonly over: readonly (Omit<FinishedDay, 'charged'> & { readonly charged: string })[];
  readonly latest: EventfulDay | null;
  readonly billed: { readonly date: string; readonly charged: string } | null;
  readonly arrears: Arrears | null;
}

type Billing = Pick<AccountSummary, 'days' | 'billed' | 'arrears'>;

export function billingTexts({ days, billed, arrears }: Billing): BillingTexts {
  return {
    over: days.over.map((day) => ({ ...day, charged: formatMoney(day.charged) })),
    latest: days.latest,
    billed: billed === null ? null : { date: billed.date, charged: formatMoney(billed.charged) },
    arrears,
  };
}

export function readBilling({ over, latest, billed, arrears }: BillingTexts): Billing {
  const days: BillingDays = {
    over: over.map((day) => ({ ...day, charged: parseMoney(day.charged, 'signed') })),
    latest,
  };
  const upTo: Billed | null =
    billed === null ? null : { date: billed.date, charged: parseMoney(billed.charged, 'signed') };
  return { days, billed: upTo, arrears };
}
