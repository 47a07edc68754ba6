import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { appendLine, writeNew, writeOnce } from './index.ts';

const readableByAll = 0o644;
const ownerOnly = 0o600;
const source = fileURLToPath(new URL('./index.ts', import.meta.url));

let folder: string;
let file: string;

beforeEach(() => {
  folder = scratchDirectory();
  file = join(folder, 'kept');
});

/** Runs a statement in a process whose files end at 512 bytes: of a write beyond them only the beginning is taken. */
function onFullDisk(statement: string): string {
  const script = `import * as files from ${JSON.stringify(source)};
    try { ${statement}; console.log('written'); } catch (error) { console.log(error.code); }`;
  const limited = `trap '' XFSZ; ulimit -f 1; exec "$@"`;
  const node = [process.execPath, '--no-warnings', '--input-type=module', '--eval', script];
  return execFileSync('sh', ['-c', limited, 'sh', ...node], { encoding: 'utf8' }).trim();
}

describe('a line that is appended', () => {
  it('is whole, or its writer is told', () => {
    appendLine(file, 'a'.repeat(300), readableByAll);
    expect(onFullDisk(`files.appendLine(${JSON.stringify(file)}, 'b'.repeat(300), 0o644)`)).toBe('EFBIG');
    expect(statSync(file).size).toBe(512);
  });

  it('begins a new line behind one that is torn, whatever tore it', () => {
    appendLine(file, 'first', readableByAll);
    for (const torn of ['{"at":1,"num', '\0\0\0', '中'.slice(0, 1)]) {
      appendFileSync(file, torn);
      appendLine(file, 'whole', readableByAll);
    }
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines).toEqual(['first', '{"at":1,"num', 'whole', '\0\0\0', 'whole', '中', 'whole', '']);
  });
});

describe('a file that is written once', () => {
  it('is there whole, for whom it is meant, and is not written over', () => {
    expect(writeOnce(file, 'one', ownerOnly)).toBe(true);
    expect(writeOnce(file, 'two', ownerOnly)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('one');
    expect(statSync(file).mode & 0o777).toBe(ownerOnly);
    expect(readdirSync(folder)).toEqual(['kept']);
  });

  it('is not there at all if the disk takes only half of it', () => {
    const written = onFullDisk(`files.writeOnce(${JSON.stringify(file)}, 'k'.repeat(1_000), 0o600)`);
    expect(written).toBe('EFBIG');
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('a new file says so if the disk takes only half of it, and takes the place of no other', () => {
  expect(onFullDisk(`files.writeNew(${JSON.stringify(file)}, 'k'.repeat(1_000), 0o600)`)).toBe('EFBIG');
  expect(() => {
    writeNew(file, 'x', ownerOnly);
  }).toThrow('EEXIST');
});
