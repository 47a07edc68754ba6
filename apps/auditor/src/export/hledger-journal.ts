import { formatMoney } from '#domain';
import { timeText } from '../texts.ts';
import type { BookAccount, JournalEntry } from './journal.ts';
import type { JournalFormat } from './journal-texts.ts';

/** What each account of the ledger is to an accountant: its name in hledger and its type there, for one customer. */
const chart: Readonly<Record<BookAccount, readonly [name: (customer: string) => string, type: string]>> = {
  'platform:cash': [(customer) => `assets:cash:${customer}`, 'C'],
  'customer:available': [(customer) => `liabilities:customers:${customer}:available`, 'L'],
  'customer:frozen': [(customer) => `liabilities:customers:${customer}:frozen`, 'L'],
  'platform:pack-liability': [(customer) => `liabilities:packs:${customer}`, 'L'],
  'platform:brought-forward': [(customer) => `equity:brought-forward:${customer}`, 'E'],
  'platform:revenue': [(customer) => `revenues:charges:${customer}`, 'R'],
  'platform:breakage': [(customer) => `revenues:breakage:${customer}`, 'R'],
  'platform:adjustments': [(customer) => `expenses:adjustments:${customer}`, 'X'],
};

/** In the order in which an entry has them. */
const tags = ['account', 'time', 'event', 'hold', 'actor', 'reference', 'reason'] as const;

/**
 * A journal of hledger, each line with what its account holds after it. Every customer has accounts of its own, the
 * platform's as well: so each balance is asserted in the order of one customer's events, whatever the order of the log.
 */
export function hledgerJournal(): JournalFormat {
  const currencies = new Set<string>();
  const accounts = new Set<string>();
  return {
    head: ['decimal-mark .\n', ...tags.map((name) => `tag ${name}\n`)],
    formatLines: (entry) => {
      const { accountId, currency, date, event, lines } = entry;
      const unit = currencyName(currency);
      const declared: string[] = [];
      if (!currencies.has(currency)) declared.push(`commodity 1000.00000000 ${unit}\n`);
      currencies.add(currency);
      const posted = lines.map(({ account, amount, balance }) => {
        const [toAccountName, type] = chart[account];
        const name = toAccountName(word(accountId));
        if (!accounts.has(name)) declared.push(`account ${name}  ; type:${type}\n`);
        accounts.add(name);
        return `    ${name.padEnd(nameColumns)}  ${formatMoney(amount)} ${unit} = ${formatMoney(balance)} ${unit}\n`;
      });
      const what = event === null ? 'opening balances' : [event.name, word(event.ids.id ?? '')].join(' ').trim();
      const code = event === null ? '' : ` (${String(event.revision)})`;
      const head = `${date} *${code} ${what}\n`;
      return [...(declared.length > 0 ? ['\n', ...declared] : []), '\n', head, ...tagLines(entry), ...posted];
    },
  };
}

const nameColumns = 44;

/** A line for each: what a tag says ends with its line. */
function tagLines({ accountId, at, event }: JournalEntry): readonly string[] {
  const values: Readonly<Record<(typeof tags)[number], string | null>> = {
    account: accountId,
    time: null,
    event: event?.eventId ?? null,
    hold: event?.ids.holdId ?? null,
    actor: event?.actor ?? null,
    reference: event?.reference ?? null,
    reason: event?.reason ?? null,
  };
  return tags.flatMap((name) => {
    const value = values[name];
    const text = name === 'time' ? timeText(at) : value === null ? null : written(value);
    return text === null ? [] : [`    ; ${name}:${text}\n`];
  });
}

/** An id as it is; what no id has cannot act on the journal. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9._~-]/gu, percentEncoded);
}

/** ISO 4217 codes are letters. hledger takes any other sign for a part of the amount. */
function currencyName(currency: string): string {
  return /^[A-Za-z]+$/.test(currency) ? currency : `"${word(currency)}"`;
}

/**
 * Somebody's words: as they are, but percent-encoded wherever a sign could begin or end something in the journal (a line, a
 * comment, another tag, a date), or shows nothing. Percent-decoding gives them back.
 */
function written(text: string): string {
  return text.replace(/^ | $| (?= )|[^\p{L}\p{M}\p{N} ._~/#+()@&'"!?*=$<>-]/gu, (sign) =>
    /^[^\u0000-\u007F]$/u.test(sign) && /[\p{P}\p{S}]/u.test(sign) ? sign : percentEncoded(sign),
  );
}

function percentEncoded(sign: string): string {
  return [...Buffer.from(sign)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
