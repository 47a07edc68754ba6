import type { AccountOpened } from '../../account/events.ts';
import type { StatementPeriod } from '../../terms/statement-period.ts';
import type { BillIssued } from '../events.ts';
import type { BillContent } from './bill-fold.ts';

/** One day of a statement: what its bill came to. */
export interface BillOfStatement {
  readonly date: string;
  readonly total: string;
  readonly owed: string;
  readonly firstRevision: number;
  readonly lastRevision: number;
  readonly chainHash: string;
}

/** What the bills of a month come to together. */
export interface StatementDocument extends BillContent {
  readonly format: string;
  readonly accountId: string;
  readonly currency: string;
  readonly timeZone: string;
  /** `YYYY-MM`. */
  readonly month: string;
  /** First and last local date of its days. */
  readonly first: string;
  readonly last: string;
  /** All its days are over and billed: nothing of it changes any more. */
  readonly complete: boolean;
  readonly bills: readonly BillOfStatement[];
}

/** A bill as a line of a statement. @param total what it charged, a canonical decimal. */
export function billOfStatement(bill: BillIssued, total: string): BillOfStatement {
  const { date, owed, firstRevision, lastRevision, chainHash } = bill;
  return { date, total, owed, firstRevision, lastRevision, chainHash };
}

export function statementDocument(
  { accountId, currency, timeZone }: AccountOpened,
  month: string,
  { first, last }: StatementPeriod,
  complete: boolean,
  bills: readonly BillOfStatement[],
  content: BillContent,
  /** Of its last bill: a statement whose bills are all issued keeps its form as they do. */
  billFormat: number,
): StatementDocument {
  const format = `holdfast-statement-${String(billFormat)}`;
  return { format, accountId, currency, timeZone, month, first, last, complete, bills, ...content };
}
