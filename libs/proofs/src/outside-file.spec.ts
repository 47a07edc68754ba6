import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { type OutsideCheckpoint, outsideLines } from './index.ts';
import { OutsideFile } from './outside-file.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = scratchDirectory();
  file = join(folder, 'outside.jsonl');
});

function checkpoint(number: number): OutsideCheckpoint {
  const place = { at: number, number, position: String(number), events: number, streams: 1 };
  const seal = { root: 'a'.repeat(64), previous: null, keyId: 'b'.repeat(16), signature: 'c'.repeat(128) };
  return { ...place, ...seal, publicKey: 'd'.repeat(64) };
}

function opened(isOurs = true): OutsideFile {
  return new OutsideFile(file, () => isOurs);
}

function numbersIn(): readonly number[] {
  return outsideLines(readFileSync(file, 'utf8')).checkpoints.map(({ number }) => number);
}

describe('a file of checkpoints that is kept outside', () => {
  it('is complete up to its last whole line, also for a process that begins with it', () => {
    const outside = opened();
    expect(outside.completeTo).toBe(0);
    for (const number of [1, 2]) outside.write(checkpoint(number));
    expect(outside.completeTo).toBe(2);
    expect(opened().completeTo).toBe(2);
  });

  it('loses nothing but the line that is torn, which does not count and is written again', () => {
    const outside = opened();
    for (const number of [1, 2]) outside.write(checkpoint(number));
    truncateSync(file, statSync(file).size - 20);
    expect(outside.completeTo).toBe(1);
    for (const number of [2, 3]) outside.write(checkpoint(number));
    expect(numbersIn()).toEqual([1, 2, 3]);
    expect(outsideLines(readFileSync(file, 'utf8')).torn).toEqual([2]);
    expect(outside.completeTo).toBe(3);
  });

  it('is complete only up to a line that another process tore, though others follow it', () => {
    const outside = opened();
    outside.write(checkpoint(1));
    appendFileSync(file, `{"number":2,\n${JSON.stringify(checkpoint(3))}\n`);
    expect([outside.completeTo, outside.has(2), outside.has(3)]).toEqual([1, false, true]);
  });

  it('does not count what was judged to be damaged, nor later lines of others, until they are written again', () => {
    const outside = opened(false);
    const [first, second] = [checkpoint(1), checkpoint(2)];
    const damaged = { ...second, root: 'e'.repeat(64) };
    for (const one of [first, damaged]) outside.write(one);
    outside.judge(outside.read().checkpoints, [damaged]);
    expect([outside.completeTo, outside.has(2)]).toEqual([1, false]);
    outside.judge([second], []);
    outside.write(second);
    expect(outside.completeTo).toBe(2);
    outside.write(checkpoint(3));
    expect(outside.has(3)).toBe(false);
  });

  it('does not count what only looks like a checkpoint', () => {
    appendFileSync(file, '{"number":1}\n{"note":"\\"number\\":7"}\nnull\n[]\n"x"\n{"number":9');
    expect(opened().completeTo).toBe(0);
    expect(outsideLines(readFileSync(file, 'utf8'))).toEqual({ checkpoints: [], torn: [1, 2, 3, 4, 5, 6] });
  });
});
