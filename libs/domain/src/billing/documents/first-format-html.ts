import type { BillDocument } from './bill-document.ts';
import type { BillContent } from './bill-fold.ts';
import type { BillBreakage, BillPack } from './bill-packs.ts';
import { formatRevisions } from './line-events.ts';
import { escaped } from './page.ts';
import type { StatementDocument } from './statement-document.ts';

const style = `
  body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; color: #1c2430; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-bottom: 1px solid #cdd5df; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .small { color: #5b6675; font-size: 0.8rem; overflow-wrap: anywhere; }
  @media print { body { margin: 0; } tr { break-inside: avoid; } }
`;

const packParts = ['remaining', 'reserved', 'consumed', 'forfeited', 'refunded', 'liability'] as const;

/** A bill of format 1 to be printed, byte for byte as such bills were always given out. Not for anything new. */
export function firstFormatHtml(bill: BillDocument): string {
  const { accountId, date, currency, timeZone, issuedAt, owed, arrears, firstRevision, lastRevision, chainHash } = bill;
  const facts = [
    ['Account', accountId],
    ['Day', `${date} (${timeZone})`],
    ['Issued', issuedAt],
    ['Owed for all billed days', `${owed} ${currency}`],
    ...(arrears === null
      ? []
      : [['In arrears since', `${arrears.since}; suspended at ${arrears.suspendsAt} if unpaid`]]),
    ['Events', `${String(firstRevision)}-${String(lastRevision)}`],
    ['Chain hash', chainHash],
  ];
  const head = facts.map(([name = '', value = '']) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`);
  return page(`Bill of ${date} for ${accountId}`, `<table>${head.join('')}</table>${contentHtml(bill, currency)}`);
}

/** A statement whose last bill has format 1. */
export function firstFormatStatementHtml(statement: StatementDocument): string {
  const { accountId, month, first, last, complete, currency, bills } = statement;
  const days = bills.map(({ date, total, owed }) => `<tr>${cell(date)}${number(total)}${number(owed)}</tr>`);
  const status = complete ? 'All days are billed.' : 'Days are still to come or to be billed.';
  const body = [
    `<table><tr>${cell('Days')}${cell(`${first} to ${last}`)}</tr><tr>${cell('State')}${cell(status)}</tr></table>`,
    contentHtml(statement, currency),
    table('Bills', ['Day', '#Total', '#Owed'], days),
  ];
  return page(`Statement of ${month} for ${accountId}`, body.join(''));
}

/** @param body HTML. */
function page(title: string, body: string): string {
  const head = `<meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style>`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body><h1>${escaped(title)}</h1>${body}</body></html>\n`;
}

function contentHtml(content: BillContent, currency: string): string {
  const { lines, movements, opening, closing, packs, breakage, total, totalRounded } = content;
  const lineRows = lines.map((line) => {
    const { kind, product, price, source, packId, units, events, amount, charged } = line;
    const what = [kind, product ?? '', packId === null ? source : `${source}, pack ${packId}`].map(cell).join('');
    return `<tr>${what}${[price ?? '', units ?? '', events, amount, charged].map(number).join('')}${small(formatRevisions(line))}</tr>`;
  });
  const movementRows = movements.map((movement) => {
    const { kind, events, amount } = movement;
    return `<tr>${cell(kind)}${number(events)}${number(amount)}${small(formatRevisions(movement))}</tr>`;
  });
  const parts = Object.keys(opening) as (keyof typeof opening)[];
  const balanceRows = parts.map((part) => `<tr>${cell(part)}${number(opening[part])}${number(closing[part])}</tr>`);
  return [
    table(
      'Charges',
      ['What', 'Product', 'From', '#Price', '#Units', '#Events', '#Amount', '#Charged', 'Events'],
      lineRows,
    ),
    `<p><strong>Total ${escaped(totalRounded)} ${escaped(currency)}</strong> <span class="small">exactly ${escaped(total)}</span></p>`,
    table('Payments and corrections', ['What', '#Events', '#Amount', 'Events'], movementRows),
    table('Balance', ['Part', '#Before', '#After'], balanceRows),
    ...(packs.length === 0 ? [] : [packsTable(packs)]),
    ...(breakage.length === 0 ? [] : [breakageTable(breakage)]),
  ].join('');
}

/** Each number as it was before and is after; one alone if the pack came later. */
function packsTable(packs: readonly BillPack[]): string {
  const rows = packs.map(({ packId, family, units, expiresAt, opening, closing }) => {
    const parts = packParts.map((part) =>
      number(opening === null ? closing[part] : `${String(opening[part])} → ${String(closing[part])}`),
    );
    return `<tr>${cell(packId)}${cell(family)}${number(units)}${parts.join('')}${small(expiresAt)}</tr>`;
  });
  const counts = ['#Remaining', '#Reserved', '#Consumed', '#Forfeited', '#Refunded', '#Still owed'];
  return table('Packs', ['Pack', 'Family', '#Units', ...counts, 'Expires'], rows);
}

function breakageTable(breakage: readonly BillBreakage[]): string {
  const rows = breakage.map((part) => {
    const { cause, packId, units, amount } = part;
    return `<tr>${cell(packId)}${cell(cause)}${number(units)}${number(amount)}${small(formatRevisions(part))}</tr>`;
  });
  return table('Units of packs that were not used', ['Pack', 'Why', '#Units', '#Of its price', 'Events'], rows);
}

/** @param headings of columns of numbers begin with `#`. */
function table(title: string, headings: readonly string[], rows: readonly string[]): string {
  const head = headings.map((text) =>
    text.startsWith('#') ? `<th class="number">${escaped(text.slice(1))}</th>` : `<th>${escaped(text)}</th>`,
  );
  const body = rows.length === 0 ? '' : `<table><tr>${head.join('')}</tr>${rows.join('')}</table>`;
  return `<h2>${escaped(title)}</h2>${body === '' ? '<p>None.</p>' : body}`;
}

function cell(text: string): string {
  return `<td>${escaped(text)}</td>`;
}

function number(value: string | number): string {
  return `<td class="number">${escaped(String(value))}</td>`;
}

function small(text: string): string {
  return `<td class="small">${escaped(text)}</td>`;
}
