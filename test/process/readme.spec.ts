import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../house/repo.ts';
import { adminKey, DataDirectory, Service } from '../support/service.ts';

jest.setTimeout(60_000);

const directory = new DataDirectory();
let service: Service | undefined;

afterEach(async () => {
  await service?.stop();
  directory.delete();
});

/** The commands below a heading of the README. */
function commandsBelow(heading: string): string {
  const section = textOf('README.md').split(`## ${heading}\n`)[1] ?? '';
  return /```sh\n([^]*?)```/.exec(section)?.[1] ?? '';
}

describe('the README', () => {
  it('shows a first freeze that works as it stands', async () => {
    service = await Service.start(directory.path);
    const folder = join(directory.path, 'clone');
    mkdirSync(join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'data/admin.key'), `${adminKey}\n`);
    const commands = commandsBelow('A first freeze').replace(/^URL=.*$/m, `URL=${service.url}`);
    // As a reader would run them, but silent, failing where a door says no, and with a line for each answer.
    const script = `set -eu\ncurl() { command curl -sS --fail-with-body "$@"; echo; }\n${commands}`;
    const said = execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
    const answers = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(answers).toMatchObject([
      { accountId: 'acme', priceBook: 'dcloud-2023@1' },
      { depositId: 'bank-1', amount: '100' },
      { holdId: 'call-1', status: 'open', amount: '0.85' },
      { holdId: 'call-1', status: 'settled', settledAmount: '0.85' },
      { balance: { available: '99.15', settled: '0.85' } },
      { balance: { available: '99.15', frozen: '0.85' }, revision: 2 },
    ]);
  });
});
