import type { AccountOpened } from '../../account/events.ts';
import type { BillIssued } from '../events.ts';
import type { BillContent } from './bill-fold.ts';

/** A bill as a document: made of stored events alone, so that it is the same byte for byte whenever it is made. */
export interface BillDocument extends BillContent {
  /** Names the form of the document and its version. */
  readonly format: string;
  /** What people call it by; bills of format 1 have none. */
  readonly number?: string;
  readonly accountId: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly date: string;
  readonly from: string;
  readonly until: string;
  readonly issuedAt: string;
  readonly owed: string;
  readonly arrears: { readonly since: string; readonly suspendsAt: string } | null;
  readonly firstRevision: number;
  readonly lastRevision: number;
  readonly chainHash: string;
}

const billForm = 'holdfast-bill-';

/** A bill as it is given out, from the event that issued it and what was folded: the same bytes for ever. */
export function billDocument(opened: AccountOpened, bill: BillIssued, content: BillContent): BillDocument {
  const { accountId, currency, timeZone } = opened;
  const { date, from, until, at, owed, arrears, firstRevision, lastRevision, chainHash } = bill;
  return {
    format: `${billForm}${String(bill.format)}`,
    ...(bill.format > 1 && { number: `${accountId}-${date}` }),
    accountId,
    currency,
    timeZone,
    date,
    from: timeText(from),
    until: timeText(until),
    issuedAt: timeText(at),
    owed,
    arrears: arrears === null ? null : { since: timeText(arrears.since), suspendsAt: timeText(arrears.suspendsAt) },
    firstRevision,
    lastRevision,
    chainHash,
    ...content,
  };
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
