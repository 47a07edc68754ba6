import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { root } from '../repository/repo.ts';
import { until } from '../support/until.ts';

/*
 * `npm run dev` on a repo of two files of its own: what it watches is changed here.
 */

const main = 'apps/api/src/main.ts';
const word = 'libs/words/src/index.ts';
const service = `
import { word } from '../../../libs/words/src/index.ts';
process.on('SIGTERM', () => { console.log('stopped ' + word); process.exit(0); });
setInterval(() => undefined, 1_000);
console.log('runs ' + word);
process.send!({ ready: 'http://' + word });
`;

const folder = mkdtempSync(join(tmpdir(), 'dev-'));
let dev: ChildProcess | undefined;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

afterEach(async () => {
  if (dev !== undefined && dev.exitCode === null) {
    dev.kill('SIGTERM');
    await once(dev, 'exit');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

it('starts the service again when its source changes, waits where it is broken, and stops with it', async () => {
  for (const file of [
    'scripts/dev.mjs',
    'scripts/lib/ensure.mjs',
    'test/support/from-source.ts',
    'package-lock.json',
  ]) {
    cpSync(join(root, file), join(folder, file));
  }
  write('package.json', '{ "type": "module" }');
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  write('node_modules/.holdfast-lock', lock.digest('hex'));
  for (const name of ['@swc', '.bin'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  write(main, service);
  write(word, `export const word: string = 'one';`);

  dev = spawn(process.execPath, ['scripts/dev.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [dev.stdout, dev.stderr]) stream?.on('data', (piece) => (said += String(piece)));

  await until(() => said.includes('runs one') && said.includes('up at http://one'));
  write(word, `export const word: string = 'two';`);
  await until(() => said.includes('up at http://two'));
  expect(said).toContain('stopped one');
  write(word, `export const word: = ;`);
  await until(() => said.includes('a change starts it again'));
  write(word, `export const word: string = 'three';`);
  await until(() => said.includes('up at http://three'));
  dev.kill('SIGTERM');
  await once(dev, 'exit');
  expect(said).toContain('stopped three');
});
