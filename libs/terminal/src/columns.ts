/** Signs that take two columns of a terminal: those of East Asian scripts, full-width forms, and pictures. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;

/** Signs that stand on the one before them. */
const withoutColumn = /[\p{Mn}\p{Me}\u200b-\u200f]|[\ufe00-\ufe0f]/u;

/** How many columns of a terminal a text takes. */
export function countColumns(text: string): number {
  let columns = 0;
  for (const sign of text) columns += columnsOfSign(sign);
  return columns;
}

function columnsOfSign(sign: string): number {
  if (withoutColumn.test(sign)) return 0;
  return wide.test(sign) ? 2 : 1;
}

/** The text, cut off with an ellipsis if it takes more columns than there are. */
export function fitted(text: string, columns: number): string {
  if (countColumns(text) <= columns) return text;
  return `${takeColumns(text, columns - 1)}…`;
}

function takeColumns(text: string, columns: number): string {
  let [beginning, left] = ['', columns];
  for (const sign of text) {
    left -= columnsOfSign(sign);
    if (left < 0) break;
    beginning += sign;
  }
  return beginning;
}

/** Broken at spaces into lines of at most so many columns, each after an indent; a word that is too long is broken, too. */
export function wrapped(text: string, columns: number, indent = ''): readonly string[] {
  const width = Math.max(2, columns - countColumns(indent));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((one) => splitPieces(one, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (countColumns(longer) <= width) {
      line = longer;
      continue;
    }
    lines.push(indent + line);
    line = word;
  }
  if (line !== '') lines.push(indent + line);
  return lines;
}

function splitPieces(word: string, columns: number): readonly string[] {
  const pieces: string[] = [];
  for (let rest = word; rest !== '';) {
    const piece = takeColumns(rest, columns);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces;
}
