/*
 * The one writer of CSV: every table that leaves goes through it. RFC 4180: commas, CRLF after every row, quotes where needed.
 */

/** An amount that the ledger itself computed: it stays a number in a spreadsheet, below zero too. */
export interface CsvDecimal {
  readonly decimal: string;
}

/** A text is guarded whoever wrote it, so that nobody has to remember which texts a caller chose. Null is an empty cell. */
export type CsvCell = string | number | boolean | null | CsvDecimal;

/** Stands before the first row where it is asked for: some spreadsheets take a file without it for another encoding. */
export const csvByteOrderMark = '\uFEFF';

/** Most characters of a cell: spreadsheets cut, or refuse, what has more than 32 767. */
export const csvCellCharactersMax = 32_000;

export function decimal(text: string): CsvDecimal;
export function decimal(text: string | null): CsvDecimal | null;
export function decimal(text: string | null): CsvDecimal | null {
  return text === null ? null : { decimal: text };
}

/** A row with its line end. */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'object') return numberShape.test(cell.decimal) ? cell.decimal : quoted(guarded(cell.decimal));
  return typeof cell === 'string' ? quoted(guarded(cell)) : String(cell);
}

const numberShape = /^-?\d+(?:\.\d+)?$/;

/** Most texts: nothing in them needs a second look. */
const plain = /^[A-Za-z0-9][A-Za-z0-9._~:@ -]*$/;

/**
 * An apostrophe goes before a text that a spreadsheet might take for a formula, and before one that begins with an
 * apostrophe itself. So the text comes back by taking away the first character of every cell that begins with one.
 */
function guarded(text: string): string {
  if (text.length < csvCellCharactersMax && plain.test(text)) return text;
  const safe = visible(text.startsWith("'") || isLikeFormula(text) ? `'${text}` : text);
  if (safe.length <= csvCellCharactersMax) return safe;
  // Half of a character outside the basic plane would be no text.
  return `${safe.slice(0, csvCellCharactersMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Line feeds and tabs stand in quotes. The two joiners belong to some scripts and pictures. */
const unseen = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Control characters act on terminals that a table is shown on, and marks of direction show another text than there is. */
function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unseen, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(controlPictures + code);
    return code === 0x7f ? '\u2421' : '\uFFFD';
  });
}

/** The signs by which Unicode shows the first 32 characters. */
const controlPictures = 0x2400;

/** Spreadsheets pass over spaces and signs that show nothing, and read full-width signs and every kind of dash. */
function isLikeFormula(text: string): boolean {
  if (/^[\t\r\n]/.test(text)) return true;
  const [first = ''] = text.replace(/^[\s\p{C}\p{Z}\p{M}]+/u, '');
  return /^[=+@\p{Pd}\u2212]/u.test(first.normalize('NFKC'));
}

/** A semicolon or tab is a separator to some readers; spaces at an end are lost by others. */
function quoted(text: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
