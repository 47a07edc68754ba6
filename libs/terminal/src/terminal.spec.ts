import { describe, expect, it } from '@jest/globals';
import { countColumns, fitted, printable, printableJson, printableLines, ProgressBar, wrapped } from '#terminal';

describe('the progress bar', () => {
  function drawn(isTTY: boolean, shows: readonly number[], what = ''): readonly string[] {
    const written: string[] = [];
    let now = 0;
    const bar = new ProgressBar({ isTTY, write: (text: string) => written.push(text) }, what, () => now);
    for (const [index, at] of shows.entries()) {
      now = at;
      bar.show((index + 1) * 1_000, 1_000 * shows.length);
    }
    bar.clear();
    return written;
  }

  it('is drawn on a terminal only, after a while, and not too often', () => {
    expect(drawn(false, [0, 1_000, 2_000])).toEqual([]);
    expect(drawn(true, [0, 100, 400])).toEqual([]);
    const lines = drawn(true, [100, 600, 610, 690, 700, 2_000]);
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain('100 %  6 000 events, 3 000/s, 0 s left');
    expect(lines[3]).toBe('\r\u001b[2K');
  });

  it('says what is being done', () => {
    expect(drawn(true, [600], 'copying')[0]).toContain('copying ████');
  });
});

describe('texts from outside', () => {
  it('do nothing to a terminal', () => {
    expect(printable('a\u001b[31mb\u202ec')).toBe('a\uFFFD[31mb\uFFFDc');
    expect(printable('a\u009b\u061c\u200e\u200b\ufeff\u{e0041}\ud800b')).toBe(`a${'\uFFFD'.repeat(7)}b`);
    // Families and Persian are written with joiners.
    expect(printable('👩\u200d👧 می\u200cخواهم')).toBe('👩\u200d👧 می\u200cخواهم');
    expect(printableLines('a\n\tb\r')).toBe('a\n\tb\uFFFD');
  });

  it('say the same as JSON, escaped', () => {
    const text = '\u001b\u009b\u202e\u{e0041}\u2028é退🙂';
    const json = printableJson({ text });
    expect(json).toBe('{"text":"\\u001b\\u009b\\u202e\\udb40\\udc41\\u2028é退🙂"}');
    expect(JSON.parse(json)).toEqual({ text });
  });
});

describe('texts on a terminal', () => {
  it.each([
    ['abc', 3],
    ['退款', 4],
    ['a退b', 4],
    ['é', 1],
    ['🙂', 2],
    ['', 0],
  ])('%s takes its columns', (text, columns) => {
    expect(countColumns(text)).toBe(columns);
  });

  it('are cut off where there is no more room, and not before', () => {
    expect([fitted('abcd', 4), fitted('abcde', 4)]).toEqual(['abcd', 'abc…']);
    expect([fitted('退款退', 6), fitted('退款退款', 6)]).toEqual(['退款退', '退款…']);
  });

  it('are broken into lines that fit, whatever is in them', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapped('one two', 6, '  ')).toEqual(['  one', '  two']);
    expect(wrapped('abcdefgh i', 5)).toEqual(['abcde', 'fgh i']);
    expect(wrapped('退款退款', 5)).toEqual(['退款', '退款']);
    expect(wrapped('', 5)).toEqual([]);
  });
});
