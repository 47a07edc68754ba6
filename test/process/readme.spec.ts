import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readText } from '../repository/repo.ts';
import { adminKey, DataDirectory, Service } from '../support/service.ts';

const dayMs = 24 * 60 * 60 * 1_000;

const directory = new DataDirectory();
let service: Service | undefined;

afterEach(async () => {
  await service?.stop();
  directory.delete();
});

/** The blocks of a kind below a heading of the README, in order. */
function blocksBelow(heading: string, kind: 'sh' | 'csv'): string[] {
  const [section = ''] = readText('README.md').split(`## ${heading}\n`)[1]?.split('\n## ') ?? [];
  return [...section.matchAll(new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
}

/** As a reader would run them, but silent, failing where a route says no, and with a line for each answer. */
function run({ url }: Service, commands: string): string {
  const folder = join(directory.path, 'clone');
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'data/admin.key'), `${adminKey}\n`);
  const here = commands.replace(/^URL=.*$/m, `URL=${url}`);
  const script = `set -eu\ncurl() { command curl -sS --fail-with-body "$@"; echo; }\n${here}`;
  return execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' }).trim();
}

function answersIn(said: string): Record<string, unknown>[] {
  return said.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

const [freeze = ''] = blocksBelow('A first freeze', 'sh');
/** Where the service is and how to ask it. */
const dependencies = freeze.split('\n').slice(0, 3).join('\n');

describe('the README', () => {
  it('shows a first freeze that works as it stands', async () => {
    service = await Service.start(directory.path);
    const answers = answersIn(run(service, freeze));
    expect(answers).toMatchObject([
      { accountId: 'acme', priceBook: 'dcloud-2023@1' },
      { depositId: 'bank-1', amount: '100' },
      { holdId: 'call-1', status: 'open', amount: '0.85' },
      { holdId: 'call-1', status: 'settled', settledAmount: '0.85' },
      { balance: { available: '99.15', settled: '0.85' } },
      { balance: { available: '99.15', frozen: '0.85' }, revision: 2 },
    ]);
  });

  it('shows a pack, a budget and a bill that are as they are shown', async () => {
    const [pack = '', nextDay = ''] = blocksBelow('A pack, a budget, and the bill of the day', 'sh');
    const [bill = ''] = blocksBelow('A pack, a budget, and the bill of the day', 'csv');
    service = await Service.start(directory.path, { clockOffsetMs: -dayMs });
    const answers = answersIn(run(service, `${dependencies}\n${pack}`));
    expect(answers).toMatchObject([
      { accountId: 'agency', priceBook: 'aliyun-2021@1' },
      { depositId: 'bank-2', amount: '100' },
      { packId: 'try-1', remaining: 100, status: 'active' },
      { name: 'onboarding', limit: '50', left: '50' },
      { status: 'open', amount: '20', packs: { reserved: [{ packId: 'try-1', units: 100 }] } },
      { status: 'settled', settledAmount: '20', packs: { consumed: [{ packId: 'try-1', units: 100 }] } },
      { packs: [{ packId: 'try-1', consumed: 100, remaining: 0, status: 'used' }] },
      { budgets: [{ name: 'onboarding', used: '20', left: '30' }] },
    ]);
    await service.stop();
    service = await Service.start(directory.path);
    const [ran = '', ...rows] = run(service, `${dependencies}\n${nextDay}`).split(/\r?\n/);
    expect(JSON.parse(ran)).toMatchObject({ done: true, failed: 0 });
    expect(rows).toEqual(bill.trim().split('\n'));
  });
});
