import { describe, expect, it } from '@jest/globals';
import fc from '../../../../test/support/fast-check.ts';
import { csvCellCharactersMax, csvRow, decimal } from '../index.ts';

/** A reader of RFC 4180 that shares nothing with the writer. */
function splitCells(row: string): string[] {
  const cells: string[] = [];
  let rest = row.replace(/\r\n$/, ',');
  while (rest !== '') {
    const [whole = '', inQuotes, bare = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*)),/.exec(rest) ?? [];
    if (whole === '') throw new Error(`not RFC 4180: ${JSON.stringify(rest)}`);
    cells.push(inQuotes?.replaceAll('""', '"') ?? bare);
    rest = rest.slice(whole.length);
  }
  return cells;
}

/** As docs/bills.md says. */
const unguarded = (cell: string): string => (cell.startsWith("'") ? cell.slice(1) : cell);

/** A text as a cell shows it: see the sentences on signs that act on a terminal. */
function shown(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '␍')
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (sign) => String.fromCodePoint(0x2400 + sign.charCodeAt(0)))
    .replace(/[\u200b\ufeff\u202e]/g, '\uFFFD');
}

describe('a cell with signs that act on a terminal', () => {
  it.each([
    ['a\u001b[2Jb', 'a␛[2Jb\r\n'],
    ['a\rb', 'a␍b\r\n'],
    ['a\r\nb\tc', '"a\nb\tc"\r\n'],
    ['\u007f\u009b\u202e\u200e\u2028\ud800', '␡' + '\uFFFD'.repeat(5) + '\r\n'],
    ['👩\u200d👧', '👩\u200d👧\r\n'],
  ])('%j shows them and does not do them', (text, row) => {
    expect(csvRow([text])).toBe(row);
  });
});

describe('a row of a CSV', () => {
  it('ends with CRLF and has quotes where they are needed', () => {
    expect(csvRow(['a', null, 3, true, 'b,c', 'say "so"', 'two\nlines', 'a;b', ' c '])).toBe(
      'a,,3,true,"b,c","say ""so""","two\nlines","a;b"," c "\r\n',
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '-acme',
    '--',
    '@SUM(A1)',
    '＝1+1',
    '＋1',
    '－1',
    '＠a',
    '﹢1',
    '−1',
    '–1',
    '\t=1',
    '\tharmless',
    '\r=1',
    '\nharmless',
    '  =1+1',
    '\u00a0=1+1',
    '\u3000＝1+1',
    '\u200b=1+1',
    '\ufeff=1+1',
    '\u202e=1+1',
    '\u0000=1+1',
    '\u0301=1+1',
  ])('guards %j, whoever chose it', (text) => {
    const [cell = ''] = splitCells(csvRow([text]));
    expect(cell.startsWith("'")).toBe(true);
    expect(shown(cell)).toBe(shown(`'${text}`));
  });

  it.each(['acme', '2026-01-29', 'a=b', 'a@b', '12', '认证', '(=1)'])('leaves %j as it is', (text) => {
    expect(splitCells(csvRow([text]))).toEqual([text]);
  });

  it('leaves amounts of our own numbers, and guards what only pretends to be one', () => {
    expect(csvRow([decimal('-5'), decimal('0.85'), -3, decimal('-5+cmd')])).toBe("-5,0.85,-3,'-5+cmd\r\n");
  });

  it('can be read back, whatever the texts are, but for signs that act on terminals', () => {
    const sign = fc.constantFrom('=', '-', "'", '"', ',', ';', ' ', '\t', '\r', '\n', '＝', 'a', '0', '\u200b');
    const text = fc.oneof(
      fc.string(),
      fc.array(sign, { maxLength: 6 }).map((signs) => signs.join('')),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        expect(splitCells(csvRow(texts)).map(unguarded)).toEqual(texts.map(shown));
      }),
    );
  });

  it('has no cell that is longer than spreadsheets take, and shows where it was cut', () => {
    for (const text of ['x'.repeat(40_000), '='.repeat(csvCellCharactersMax), `x${'😀'.repeat(20_000)}`]) {
      const [cell = ''] = splitCells(csvRow([text]));
      expect(cell.length).toBeLessThanOrEqual(csvCellCharactersMax);
      expect(cell).toMatch(/[^\ud800-\udfff]…$|[\udc00-\udfff]…$/);
      expect(cell.isWellFormed()).toBe(true);
    }
    expect(splitCells(csvRow(['x'.repeat(csvCellCharactersMax)]))[0]).toHaveLength(csvCellCharactersMax);
  });
});
