import { type Clocks, contentHtml } from './bill-html.ts';
import { firstFormatStatementHtml } from './first-format-html.ts';
import { cell, facts, number, page, table } from './page.ts';
import type { StatementDocument } from './statement-document.ts';

/** A statement to be printed, in the words of the customer who pays it. */
export function statementHtml(statement: StatementDocument, clocks: Clocks): string {
  if (statement.format.endsWith('-1')) return firstFormatStatementHtml(statement);
  const { accountId, month, first, last, complete, timeZone, currency, bills } = statement;
  const days = bills.map(({ date, total, owed }) => `<tr>${cell(date)}${number(total)}${number(owed)}</tr>`);
  const head = facts([
    ['Account', accountId],
    ['Days', `${first} to ${last}`],
    ['Time zone', timeZone],
    ['State', complete ? 'All days are billed.' : 'Days are still to come or to be billed.'],
  ]);
  const billed = table('Bills', ['Day', '#Total', '#To be paid for all days billed by then'], days);
  return page(`Statement of ${month} for ${accountId}`, head + contentHtml(statement, currency, clocks) + billed);
}
