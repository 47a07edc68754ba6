import type { BalanceTexts } from '../../core/balance.ts';
import type { AccountCalendar } from '../../zones/account-calendar.ts';
import type { BillDocument } from './bill-document.ts';
import type { BillContent, BillLine } from './bill-fold.ts';
import type { BillLineKind, MovementKind } from './bill-lines.ts';
import type { BillBreakage, BillPack, BillPackBalance, BreakageCause } from './bill-packs.ts';
import { firstFormatHtml } from './first-format-html.ts';
import type { LineEvents } from './line-events.ts';
import { cell, escaped, facts, kind, note, number, page, table } from './page.ts';

/** The clocks of the account, as far as its history stated what they do when the last event of a document happened. */
export type Clocks = Pick<AccountCalendar, 'timeText'>;

/** A bill to be printed, in the words of the customer who pays it and with the times of their clocks. */
export function billHtml(bill: BillDocument, clocks: Clocks): string {
  if (bill.number === undefined) return firstFormatHtml(bill);
  const { number: name, accountId, date, currency, timeZone, owed, arrears } = bill;
  const time = (text: string): string => clocks.timeText(Date.parse(text));
  const head = facts([
    ['Number', name],
    ['Account', accountId],
    ['Day', `${date}: from ${time(bill.from)}, before ${time(bill.until)}`],
    ['Time zone', timeZone],
    ['Issued', time(bill.issuedAt)],
    ['To be paid for all days billed so far', `${owed} ${currency}`],
    ...(arrears === null
      ? []
      : ([
          ['In arrears', `since ${time(arrears.since)}; suspended from ${time(arrears.suspendsAt)} if not paid`],
        ] as const)),
    ['Events of the account', spanText(bill)],
    ['Hash of the last of them', bill.chainHash],
  ]);
  return page(`Bill of ${date} for ${accountId}`, head + contentHtml(bill, currency, clocks));
}

export function contentHtml(content: BillContent, currency: string, clocks: Clocks): string {
  const { lines, movements, opening, closing, packs, breakage, total, totalRounded } = content;
  const lineRows = lines.map((line) => {
    const { product, price, units, events, amount, charged } = line;
    const what = kind(lineNames[line.kind]) + cell(product ?? '') + cell(sourceText(line));
    return `<tr>${what}${[price, units, amount, charged, events].map(number).join('')}${cell(spanText(line))}</tr>`;
  });
  const movementRows = movements.map((movement) => {
    const { events, amount } = movement;
    return `<tr>${kind(movementNames[movement.kind])}${number(amount)}${number(events)}${cell(spanText(movement))}</tr>`;
  });
  const balanceRows = balanceParts.map(([part, name]) => {
    return `<tr>${cell(name)}${number(opening[part])}${number(closing[part])}</tr>`;
  });
  const exactly = `<span class="small">exactly ${escaped(total)}</span>`;
  return [
    table('Charges', [...lineHeadings, ...eventHeadings], lineRows),
    `<p><strong>Total ${escaped(totalRounded)} ${escaped(currency)}</strong> ${exactly}</p>`,
    table('Payments and corrections', ['What', '#Amount', ...eventHeadings], movementRows),
    table('Balance', ['Part', '#Before', '#After'], balanceRows),
    ...(packs.length === 0 ? [] : [packsTable(packs, clocks), note(packsNote)]),
    ...(breakage.length === 0 ? [] : [breakageTable(breakage)]),
  ].join('');
}

/** How many events a line is made of, and where: the list of them is not printed. */
const eventHeadings = ['#Count', 'First to last event'] as const;

const lineHeadings = ['What', 'Product', 'Paid from', '#Price', '#Units', '#Amount', '#Charged'] as const;

const lineNames: Readonly<Record<BillLineKind, string>> = {
  charge: 'Charge',
  'late-charge': 'Late charge',
  refund: 'Refund',
  uncollected: 'Not collected',
  'pack-purchase': 'Pack bought',
  'pack-refund': 'Pack refunded',
};

const movementNames: Readonly<Record<MovementKind, string>> = {
  deposit: 'Deposit',
  'deposit-reversal': 'Deposit reversed',
  withdrawal: 'Withdrawal',
  adjustment: 'Adjustment',
};

const balanceParts: readonly (readonly [keyof BalanceTexts, string])[] = [
  ['available', 'Available'],
  ['frozen', 'Frozen for open calls'],
  ['settled', 'Charged for calls, less refunds'],
  ['packs', 'Paid for packs, less refunds'],
  ['deposited', 'Deposited, less reversals'],
  ['credited', 'Adjustments'],
  ['withdrawn', 'Withdrawn'],
];

const packsNote =
  'Owed to you: the part of a pack’s price whose units you have not used yet. We owe it in units of the pack, not in money.';

/** Two rows for each pack, as it was before and is after; one for a pack that came meanwhile. */
function packsTable(packs: readonly BillPack[], clocks: Clocks): string {
  const rows = packs.flatMap(({ packId, family, units, expiresAt, opening, closing }) => {
    const expires = clocks.timeText(Date.parse(expiresAt));
    const about = cell(packId, `${String(units)} units of ${family}, expires ${expires}`);
    const row = (when: string, { remaining, reserved, consumed, forfeited, refunded, liability }: BillPackBalance) => {
      const counts = [remaining, reserved, consumed, forfeited, refunded, liability].map(number).join('');
      return `<tr>${about}${cell(when)}${counts}</tr>`;
    };
    return opening === null ? [row('new', closing)] : [row('before', opening), row('after', closing)];
  });
  const counts = ['#Left', '#Reserved', '#Used', '#Forfeited', '#Refunded', '#Owed to you'];
  return table('Packs', ['Pack', 'When', ...counts], rows);
}

const causeNames: Readonly<Record<BreakageCause, string>> = {
  expired: 'left when the pack expired',
  returned: 'came back after the pack had expired',
  closed: 'left when the account was closed',
  reclaimed: 'used by a late charge after all',
};

function breakageTable(breakage: readonly BillBreakage[]): string {
  const rows = breakage.map((part) => {
    const { cause, packId, units, amount, events } = part;
    const sums = [units, amount, events].map(number).join('');
    return `<tr>${cell(packId)}${cell(causeNames[cause])}${sums}${cell(spanText(part))}</tr>`;
  });
  return table('Units of packs that were not used', ['Pack', 'Why', '#Units', '#Of its price', ...eventHeadings], rows);
}

/** What paid for a line; a pack is paid for in money. */
function sourceText({ source, packId }: BillLine): string {
  if (packId === null) return source;
  return source === 'pack' ? `pack ${packId}` : `money, for pack ${packId}`;
}

function spanText(line: LineEvents): string {
  if ('revisions' in line) return line.revisions;
  const { firstRevision, lastRevision } = line;
  return firstRevision === lastRevision ? String(firstRevision) : `${String(firstRevision)} to ${String(lastRevision)}`;
}
