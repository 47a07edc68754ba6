import { csvRow, decimal, formatMoney } from '#domain';
import { timeText } from '../texts.ts';
import type { JournalEntry } from './journal.ts';

/** How a journal is written, entry by entry; every text ends with its line end. */
export interface JournalFormat {
  readonly head: readonly string[];
  formatLines(entry: JournalEntry): readonly string[];
}

/** One row for each line of an entry. */
export const csvJournal = (): JournalFormat => ({
  head: [
    csvRow([
      'time',
      'date',
      'account',
      'revision',
      'event',
      'id',
      'hold',
      'journal_account',
      'amount',
      'balance',
      'currency',
      'reference',
      'reason',
      'actor',
      'event_id',
    ]),
  ],
  formatLines: ({ accountId, currency, at, date, event, lines }) =>
    lines.map(({ account, amount, balance }) =>
      csvRow([
        timeText(at),
        date,
        accountId,
        event?.revision ?? null,
        event?.name ?? 'opening-balance',
        event?.ids.id ?? null,
        event?.ids.holdId ?? null,
        account,
        decimal(formatMoney(amount)),
        decimal(formatMoney(balance)),
        currency,
        event?.reference ?? null,
        event?.reason ?? null,
        event?.actor ?? null,
        event?.eventId ?? null,
      ]),
    ),
});
