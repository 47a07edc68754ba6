import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

function run(app: string, environment: Readonly<Record<string, string>>): { status: number | null; stderr: string } {
  const main = `apps/${app}/src/main.ts`;
  const args = ['--conditions=source', '--no-warnings', '--import=./test/support/from-source.ts', main, '--help'];
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...environment },
  });
  return { status, stderr };
}

describe.each(['auditor', 'backup', 'transfer'])('the command line of %s', (app) => {
  it('is not run with a variable that means nothing: it would not see what was meant', () => {
    const { status, stderr } = run(app, { HOLDFAST_NAMSPACE: 'ours' });
    expect(status).toBe(2);
    expect(stderr).toContain('HOLDFAST_NAMSPACE is not known here: did you mean HOLDFAST_NAMESPACE?');
  });

  it('takes the environment of a service as it is', () => {
    const environment = { HOLDFAST_NAMESPACE: 'ours', HOLDFAST_SWEEPER: 'false', REDIS_URL: 'redis://127.0.0.1' };
    expect(run(app, environment).status).toBe(0);
  });
});
