import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readText } from '../repository/repo.ts';

const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };

/** What stands in for a program: it says that it runs, and what it is told to do. */
const program = `
process.on('SIGTERM', () => { console.log('told to stop'); process.exit(0); });
setInterval(() => undefined, 1_000);
console.log('up');
`;

const programs = Object.entries(scripts).flatMap(([name, script]) => {
  const file = /^(?:exec )?node (\S+\/main\.js|scripts\/start\.mjs)$/.exec(script)?.[1];
  return file === undefined ? [] : [{ name, script, file }];
});

describe('a program that npm was asked to run', () => {
  it('is each of those that run for long', () => {
    expect(programs.map(({ name }) => name)).toEqual(expect.arrayContaining(['start', 'serve', 'worker', 'audit']));
  });

  it.each(programs)('is stopped by the process that was started: npm run $name', async ({ name, script, file }) => {
    const folder = mkdtempSync(join(tmpdir(), 'npm-scripts-'));
    try {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), program);
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: { [name]: script } }));
      const npm = spawn('npm', ['run', '--silent', name], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      for await (const piece of npm.stdout) {
        said += String(piece);
        if (said === 'up\n') npm.kill('SIGTERM');
      }
      // What it said ends when the program does: one that nobody told would hold the test up.
      if (npm.exitCode === null && npm.signalCode === null) await once(npm, 'exit');
      expect(said).toBe('up\ntold to stop\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
