/**
 * What can act on a terminal or show a text as another: control characters of both sets, marks that turn the direction of
 * writing, characters that show nothing, line and paragraph separators, halves of characters. The two joiners stay: some
 * scripts and pictures are written with them.
 */
const harmful = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Ids, reasons and stream names come from outside: nothing of them may act on a terminal. */
export function printable(text: string): string {
  return text.replace(harmful, '\uFFFD');
}

/** The same of a text that may have several lines, and tabs in them. */
export function printableLines(text: string): string {
  return text.replace(harmful, (sign) => (sign === '\n' || sign === '\t' ? sign : '\uFFFD'));
}

/** A value as JSON that does nothing to a terminal: what it says is the same, such characters are escaped. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(harmful, escaped);
}

function escaped(sign: string): string {
  return Array.from({ length: sign.length }, (_, index) => {
    return `\\u${sign.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
