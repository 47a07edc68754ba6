import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const source = fileURLToPath(new URL('./index.ts', import.meta.url));

/** Writes so many characters to a file as standard output, in a process whose files end at 512 bytes. */
function written(characters: number): {
  readonly code: number | null;
  readonly bytes: number;
  readonly reported: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'output-'));
  const file = join(folder, 'out');
  const script = `import { outputOfProcess } from ${JSON.stringify(source)};
    outputOfProcess().write('x'.repeat(${String(characters)}))`;
  const node = [process.execPath, '--no-warnings', '--input-type=module', '--eval', script];
  const limited = `trap '' XFSZ; ulimit -f 1; exec "$@" > ${file}`;
  const { status, stderr } = spawnSync('sh', ['-c', limited, 'sh', ...node], { encoding: 'utf8' });
  const bytes = statSync(file).size;
  rmSync(folder, { recursive: true });
  return { code: status, bytes, reported: stderr };
}

it('a file as standard output is written to its last byte, or the program is told', () => {
  expect(written(512)).toMatchObject({ code: 0, bytes: 512 });
  expect(written(700)).toMatchObject({ code: 1, bytes: 512, reported: expect.stringContaining('EFBIG') });
});
