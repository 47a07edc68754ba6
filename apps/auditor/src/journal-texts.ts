import { formatMoney, type JournalAccount } from '#ledger';
import { csvRow } from './csv.ts';
import type { JournalEntry } from './journal.ts';
import { timeText } from './texts.ts';

/** How a journal is written, entry by entry. */
export interface JournalFormat {
  readonly head: readonly string[];
  linesOf(entry: JournalEntry): readonly string[];
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
    ]),
  ],
  linesOf: ({ accountId, currency, at, date, event, lines }) =>
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
        formatMoney(amount),
        formatMoney(balance),
        currency,
      ]),
    ),
});

/**
 * A journal of hledger, each line with what its account holds after it. Every customer has accounts of its own, the
 * platform's as well: so each balance is asserted in the order of one customer's events, whatever the order of the log.
 */
export function hledgerJournal(): JournalFormat {
  const currencies = new Set<string>();
  return {
    head: ['decimal-mark .'],
    linesOf: ({ accountId, currency, at, date, event, lines }) => {
      const what = event === null ? 'opening balances' : [event.name, event.ids.id].join(' ');
      const revision = event === null ? '' : ` (${String(event.revision)})`;
      const declared = currencies.has(currency) ? [] : ['', `commodity 1000.00000000 ${word(currency)}`];
      currencies.add(currency);
      return [
        ...declared,
        '',
        `${date} *${revision} ${what.split(' ').map(word).join(' ').trim()}`,
        `    ; account:${word(accountId)}, time:${timeText(at)}`,
        ...lines.map(({ account, amount, balance }) => {
          const name = hledgerAccount(account, accountId).padEnd(nameColumns);
          return `    ${name}  ${formatMoney(amount)} ${word(currency)} = ${formatMoney(balance)} ${word(currency)}`;
        }),
      ];
    },
  };
}

const nameColumns = 36;

function hledgerAccount(account: JournalAccount, accountId: string): string {
  const [side = '', part = ''] = account.split(':');
  return side === 'customer' ? `customer:${word(accountId)}:${part}` : `${account}:${word(accountId)}`;
}

/** An id as it is; what no id has cannot act on the journal. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9._~-]/gu, (sign) =>
    [...Buffer.from(sign)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
