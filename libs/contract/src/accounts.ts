import { z } from 'zod';
import {
  amount,
  body,
  id,
  metadata,
  positiveAmount,
  priceBookName,
  reason,
  reference,
  signedAmount,
  time,
  wholeNumber,
} from './fields.ts';
import { agreedTerms } from './terms.ts';

export const openAccountBody = body({
  accountId: id,
  currency: z.enum(['CNY'], { error: 'the currency is "CNY"' }).optional(),
  timeZone: z.string({ error: 'a time zone is an IANA name' }).min(1).max(64).optional(),
  agreementStart: z.iso.date({ error: 'the agreement starts on a date such as 2026-01-29' }).optional(),
  priceBook: priceBookName.optional(),
  creditLimit: amount.optional(),
  limits: body({
    openHolds: wholeNumber(1, 10_000_000, 'the limit of open holds').optional(),
    frozen: positiveAmount.optional(),
    dailySpend: positiveAmount.optional(),
  }).optional(),
  metadata: metadata.optional(),
});

export const depositBody = body({ depositId: id, amount: positiveAmount, reference: reference.optional() });

export const withdrawalBody = body({ withdrawalId: id, amount: positiveAmount, reference: reference.optional() });

export const adjustmentBody = body({ adjustmentId: id, amount: signedAmount, reason });

export const changeStatusBody = body({ changeId: id, reason });

export const closeBody = body({
  changeId: id,
  reason,
  forfeitPacks: z
    .boolean({ error: 'forfeitPacks is true or false' })
    .meta({ description: 'What is left in packs is lost.' })
    .optional(),
});

const canonical = z.string().meta({ description: 'Canonical decimal: no exponent, no trailing zeros, no plus sign.' });

function money(description: string): z.ZodString {
  return z.string().meta({ description: `${description} A canonical decimal.` });
}

export const accountStatus = z.enum(['active', 'suspended', 'closed']);

const suspendedFor = z.array(z.enum(['operator', 'arrears']));

/** `available + frozen + settled + packs + withdrawn = deposited + credited`, always. */
export const balance = z.object({
  available: money(
    'What can be frozen now, without credit; below zero where credit is used or a deposit was reversed.',
  ),
  frozen: money('In open holds.'),
  settled: money('Charged to holds, less refunds of charges.'),
  packs: money(
    'Paid for packs, less what was refunded of that. Not what is owed for units: a bill says that of each pack.',
  ),
  deposited: money('Paid in, less reversals.'),
  credited: money('The sum of adjustments; may be below zero.'),
  withdrawn: money('Paid out.'),
});

const limits = z.object({
  openHolds: z.int(),
  frozen: canonical.nullable(),
  dailySpend: canonical.nullable(),
});

const terms = z.object({
  accountId: id,
  currency: z.string(),
  timeZone: z.string(),
  agreementStart: z.string(),
  priceBook: z.string().nullable(),
  creditLimit: canonical,
  limits,
  metadata: metadata.nullable(),
  openedAt: time,
});

/** An account's terms at its opening; the answer to opening it, for ever the same. */
export const openedAccount = terms.extend({ status: accountStatus });

/** An account now. */
export const account = terms.extend({
  ...agreedTerms,
  status: accountStatus,
  suspendedFor,
  balance,
  openHolds: z.int(),
  revision: z.int(),
  asOf: time,
});

/** An account in a list; `fault` says why it is out of service, if it is. */
export const listedAccount = account.extend({ fault: z.string().nullable() });

/** How fresh a list is, and where it goes on. */
export const listFrame = {
  after: z.string().nullable().meta({
    description: 'Ask on with ?after=… ; null at the end of the list. A page of large rows has fewer than asked for.',
  }),
  asOf: time,
  asOfPosition: z.string(),
} as const;

export const accountList = z.object({ accounts: z.array(listedAccount), ...listFrame });

export const depositReceipt = z.object({
  depositId: id,
  accountId: id,
  amount: canonical,
  reference: z.string().nullable(),
  recordedAt: time,
});

export const withdrawalReceipt = z.object({
  withdrawalId: id,
  accountId: id,
  amount: canonical,
  reference: z.string().nullable(),
  recordedAt: time,
});

export const adjustmentReceipt = z.object({
  adjustmentId: id,
  accountId: id,
  amount: canonical,
  reason: z.string(),
  recordedAt: time,
});

export const statusReceipt = z.object({
  accountId: id,
  changeId: id,
  status: accountStatus,
  suspendedFor,
  reason: z.string(),
  recordedAt: time,
});

export type OpenAccountBody = z.infer<typeof openAccountBody>;
export type DepositBody = z.infer<typeof depositBody>;
export type WithdrawalBody = z.infer<typeof withdrawalBody>;
export type AdjustmentBody = z.infer<typeof adjustmentBody>;
export type ChangeStatusBody = z.infer<typeof changeStatusBody>;
export type CloseBody = z.infer<typeof closeBody>;
export type Balance = z.infer<typeof balance>;
export type OpenedAccount = z.infer<typeof openedAccount>;
export type Account = z.infer<typeof account>;
export type AccountList = z.infer<typeof accountList>;
export type DepositReceipt = z.infer<typeof depositReceipt>;
export type WithdrawalReceipt = z.infer<typeof withdrawalReceipt>;
export type AdjustmentReceipt = z.infer<typeof adjustmentReceipt>;
export type StatusReceipt = z.infer<typeof statusReceipt>;
