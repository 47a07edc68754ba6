import { describe, expect, it } from '@jest/globals';
import fc from '../../../../test/support/fast-check.ts';
import { readJson } from './json.ts';
import { jsonDepthMax, JsonMeter, measureJson } from './measure-json.ts';

const error = (text: string): string => {
  const read = readJson(text);
  return read.ok ? 'none' : `${read.error.pointer} ${read.error.detail}`;
};

describe('JSON from outside', () => {
  it('is read as any other reader reads it, if it is sound and not too deep', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        fc.pre(!/__proto__|prototype/.test(text));
        const value: unknown = JSON.parse(text);
        expect(readJson(text)).toEqual({ ok: true, value });
      }),
    );
  });

  it('that is none is refused, whatever it is, and nothing is thrown', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '"a"', '1', ' ', '\\u0061', '__proto__');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('');
        let sound = true;
        try {
          JSON.parse(text);
        } catch {
          sound = false;
        }
        const read = readJson(text);
        if (!sound) expect(read.ok).toBe(false);
      }),
    );
  });

  it('is refused with a key that stands twice in any of its objects, named by where it stands', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('a', '"', '\\', '1', '', 'é', '😀'));
    const spelling = fc.constantFrom(
      (text: string) => JSON.stringify(text),
      (text: string) => `"${Array.from({ length: text.length }, (_, at) => escaped(text.charCodeAt(at))).join('')}"`,
    );
    const wrapping = fc.array(fc.constantFrom('list', 'object'), { maxLength: 6 });
    fc.assert(
      fc.property(key, spelling, spelling, wrapping, fc.json(), (name, first, second, wraps, other) => {
        fc.pre(name.isWellFormed() && name !== '__proto__' && !/__proto__|prototype/.test(other));
        const twice = `{${first(name)}:${other},${second(`${name}-`)}:1,${second(name)}:2}`;
        const text = wraps.reduce((inner, wrap) => (wrap === 'list' ? `[0,${inner}]` : `{"w":${inner}}`), twice);
        const read = readJson(text);
        expect(read.ok).toBe(false);
        if (read.ok) return;
        expect(read.error.detail).toBe('this key stands twice');
        const where = [...wraps].reverse().map((wrap) => (wrap === 'list' ? '/1' : '/w'));
        expect(read.error.pointer.startsWith(where.join(''))).toBe(true);
      }),
    );
  });

  it.each<[string, string, string]>([
    ['nothing', '', ' the body is empty'],
    ['a byte order mark', '\ufeff{}', ' the body begins with a byte order mark'],
    ['a key twice', '{"a":{"b":1,"b":2}}', '/a/b this key stands twice'],
    ['a key twice, spelt otherwise', '{"a":1,"\\u0061":2}', '/a this key stands twice'],
    ['one poisonous key', '{"a":[{"__proto__":1}]}', '/a/0/__proto__ this key is not allowed'],
    ['half of a character', '{"a":"\\ud83d"}', '/a a text has half of a character in it'],
    ['a byte order mark inside', '{"a":"\ufeff"}', 'none'],
    ['brackets in texts', `{"a":"${'['.repeat(100)}","${'{'.repeat(100)}":"\\"}"}`, 'none'],
    ['a backslash at the end of a text', '{"a":"\\\\","b":["[","\\\\\\""]}', 'none'],
    ['as deep as may be', '['.repeat(jsonDepthMax) + ']'.repeat(jsonDepthMax), 'none'],
    ['one deeper', '['.repeat(jsonDepthMax + 1), ` the body is nested deeper than ${String(jsonDepthMax)}`],
    ['wide and not deep', `[${'[],'.repeat(10_000)}{}]`, 'none'],
  ])('is judged: %s', (_, text, expected) => {
    expect(error(text)).toBe(expected);
  });

  it('is measured the same in pieces, wherever it is cut, as text and as bytes', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '"a"', '"é\\""', '1', ' ', '漢');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (pieces, size) => {
        const text = pieces.join('');
        fc.pre(text !== '');
        const bounds = { valuesMax: 20, membersMax: 3 };
        const bytes = Buffer.from(text).toString('latin1');
        for (const whole of [text, bytes]) {
          const meter = new JsonMeter(bounds);
          let error: string | undefined;
          for (let at = 0; at < whole.length && error === undefined; at += size)
            error = meter.add(whole.slice(at, at + size));
          expect(error ?? meter.measured).toEqual(measureJson(text, bounds));
        }
      }),
    );
  });

  it.each<[string, string, string]>([
    ['as many members as may be', '{"a":1,"b":2}', 'none'],
    ['one more', '{"a":1,"b":2,"c":3}', 'an object of the body has more than 2 members'],
    ['one more, in what is inside', '[{"a":{"a":1,"b":2,"c":3}}]', 'an object of the body has more than 2 members'],
    [
      'one more, after what is inside',
      '{"a":{"a":1,"b":2},"b":[{}],"c":3}',
      'an object of the body has more than 2 members',
    ],
    ['as many in each of many', `[${'{"a":1,"b":{"c":3}},'.repeat(9)}0]`, 'none'],
    [
      'brackets closed that were never opened',
      '}:}:}:',
      'the body is not JSON: a bracket is closed that was never opened',
    ],
  ])('has objects of a bounded size: %s', (_, text, expected) => {
    const measured = measureJson(text, { membersMax: 2 });
    expect(typeof measured === 'string' ? measured : 'none').toBe(expected);
  });

  it('is not looked at beyond the character that makes it too deep or too much', () => {
    // Half a gigabyte of characters by name, of which none exists before it is looked at.
    let relevantTypes = 0;
    const endless = {
      length: 500_000_000,
      charCodeAt: (): number => {
        relevantTypes += 1;
        return 0x5b;
      },
    } as unknown as string;
    expect(measureJson(endless)).toBe(`the body is nested deeper than ${String(jsonDepthMax)}`);
    expect(relevantTypes).toBeLessThan(100);
  });
});

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
