import { z } from 'zod';
import { balance } from './accounts.ts';
import { body, id, time } from './fields.ts';

/*
 * Bills of natural days and statements of months.
 */

const date = z.iso.date({ error: 'a date is YYYY-MM-DD' });
const amount = z.string();
const arrears = z.object({ since: time, suspendsAt: time }).nullable();

/** Without `to` up to yesterday; without `from` the 31 days up to `to`. */
export const billsQuery = body({ from: date.optional(), to: date.optional() });

export const billRunBody = body({ date });

/** A bill as it was issued. */
export const billSummary = z.object({
  date,
  from: time,
  until: time,
  issuedAt: time,
  owed: amount.meta({ description: 'For all billed days together, at the moment of issue.' }),
  arrears,
  firstRevision: z.int(),
  lastRevision: z.int(),
  chainHash: z.string().meta({ description: 'Of the event at `lastRevision`.' }),
});

export const billList = z.object({ accountId: id, bills: z.array(billSummary) });

const line = z.object({
  kind: z.enum(['charge', 'late-charge', 'refund', 'uncollected', 'pack-purchase', 'pack-refund']),
  product: z.string().nullable(),
  price: amount.nullable(),
  source: z.enum(['money', 'pack']),
  packId: z.string().nullable(),
  units: z.int().nullable(),
  events: z.int(),
  amount: amount.meta({ description: 'From a pack: what of its price became revenue.' }),
  charged: amount.meta({ description: 'What the line adds to the total.' }),
  revisions: z.string().meta({ description: 'Of the events that the line is made of, such as `3-5 9`.' }),
});

const movement = z.object({
  kind: z.enum(['deposit', 'deposit-reversal', 'withdrawal', 'adjustment']),
  events: z.int(),
  amount,
  revisions: z.string(),
});

const packBalance = z.object({
  remaining: z.int(),
  reserved: z.int(),
  consumed: z.int(),
  forfeited: z.int(),
  refunded: z.int(),
  liability: amount.meta({ description: 'What of the price is still owed in units.' }),
});

/** A pack that could be used, or that something happened to. */
const pack = z.object({
  packId: id,
  family: z.string(),
  units: z.int(),
  price: amount.meta({ description: 'Paid for all units.' }),
  boughtAt: time,
  expiresAt: time,
  opening: packBalance.nullable().meta({ description: 'null: it came later.' }),
  closing: packBalance,
});

const breakage = z.object({
  cause: z.enum(['expired', 'returned', 'closed', 'reclaimed']).meta({
    description:
      'How units became unused for good: left when the pack expired, brought back to it after that, or lost with the closed account; `reclaimed`, below zero: consumed by a late settle after all.',
  }),
  packId: id,
  units: z.int(),
  amount: amount.meta({ description: 'What of the price became breakage: no part of the total.' }),
  events: z.int(),
  revisions: z.string(),
});

const content = {
  opening: balance,
  lines: z.array(line),
  movements: z.array(movement),
  closing: balance,
  packs: z.array(pack),
  breakage: z.array(breakage),
  total: amount.meta({ description: 'Exactly what was charged.' }),
  totalRounded: amount.meta({ description: 'To the cent, half up: for display.' }),
} as const;

const ofAccount = { format: z.string(), accountId: id, currency: z.string(), timeZone: z.string() } as const;

/** A bill as a document: the same bytes whenever it is asked for. */
export const bill = z.object({ ...ofAccount, ...billSummary.shape, ...content });

export const statement = z.object({
  ...ofAccount,
  month: z.string(),
  first: date,
  last: date,
  complete: z.boolean().meta({ description: 'All its days are over and billed: nothing of it changes any more.' }),
  bills: z.array(
    z.object({
      date,
      total: amount,
      owed: amount,
      firstRevision: z.int(),
      lastRevision: z.int(),
      chainHash: z.string(),
    }),
  ),
  ...content,
});

export const billRun = z.object({
  date,
  done: z.boolean().meta({ description: 'false: it goes on; ask again.' }),
  accounts: z.int(),
  bills: z.int(),
  failed: z.int().meta({ description: 'Accounts that could not be billed for now.' }),
});

export type BillList = z.infer<typeof billList>;
export type Bill = z.infer<typeof bill>;
export type Statement = z.infer<typeof statement>;
export type BillRunBody = z.infer<typeof billRunBody>;
export type BillRun = z.infer<typeof billRun>;
