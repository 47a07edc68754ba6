import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { deposit, openAccount, settle } from '../../../../test/support/commands.ts';
import { DrivenStore, freezeUnits, runScenario } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditor } from '../../testing/run-auditor.ts';

let directory: string;
let hostileFile: string;

/** Clears a screen, goes back in a line, sets a title by C1, turns the direction of writing, and shows nothing. */
const hostile = '\u001b[2Jred\rgreen\u009b31m\u202eevil\u2066x\u200e\u061c\u200b\ufeff\u2028y\u{e0041}z\u0007';

/** What of it acts on a terminal or misleads who reads it; a line feed ends a line, and CSV ends rows with CRLF. */
const acts = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

beforeAll(async () => {
  directory = scratchDirectory();
  const driven = await DrivenStore.open(directory);
  await runScenario(driven);
  const metadata = { note: hostile };
  await driven.run('hostile', { ...openAccount('hostile'), priceBook: 'dcloud-2023', metadata });
  await driven.run('hostile', { ...deposit('d1', '100'), reference: hostile });
  await driven.run('hostile', { ...freezeUnits('h1', 1), metadata } as ReturnType<typeof freezeUnits>);
  await driven.run('hostile', { kind: 'fail', holdId: 'h1', attemptId: 'a1', reason: hostile });
  await driven.run('hostile', { kind: 'release', holdId: 'h1', reason: hostile });
  await driven.run('hostile', freezeUnits('h2', 1), settle('h2'));
  await driven.run('hostile', { kind: 'adjust', adjustmentId: 'a1', amount: -1n as never, reason: hostile });
  await driven.run('hostile', { kind: 'suspend', changeId: 's1', reason: hostile });
  await driven.run('agency', { ...openAccount('agency'), priceBook: 'aliyun-2021' }, deposit('d1', '100'));
  const trial = { family: 'real-person', units: 100, how: 'trial', reason: null } as const;
  await driven.run('agency', { kind: 'acquire-pack', packId: 'try-1', ...trial });
  for (const [holdId, quantity] of [
    ['covered', 60],
    ['both', 60],
  ] as const) {
    await driven.run('agency', { ...freezeUnits(holdId, quantity), product: 'server' } as never, settle(holdId));
  }
  await driven.close();
  hostileFile = join(directory, 'usage.csv');
  writeFileSync(hostileFile, `request_id,time,outcome\n${hostile},x,y\n`);
});

describe('what an auditor prints', () => {
  it.each([
    ['replay', 'hostile'],
    ['replay', 'hostile', '--json'],
    ['timeline', 'hostile'],
    ['explain', 'hostile', 'h1'],
    ['explain', 'hostile', 'h1', '--json'],
    ['balance', 'hostile'],
    ['balance', 'hostile', '--json'],
    ['verify'],
    ['verify', '--json'],
    ['verify', '--hashes'],
    ['diff'],
    ['quarantine'],
    ['journal', '--format', 'csv'],
    ['journal', '--format', 'hledger'],
    ['holds'],
    ['events'],
    ['replay', hostile],
    ['explain', 'hostile', hostile],
    ['verify', '--accounts', hostile],
    ['bill', 'hostile', hostile],
    ['reconcile', 'usage', '--account', hostile],
    [hostile],
    ['verify', `--${hostile}`],
    ['verify', `${hostile}.bundle`],
  ])('does nothing to a terminal, whatever others have written: %j', async (...words) => {
    const file = words.map((word) => (word === 'usage' ? hostileFile : word));
    const { out, errors } = await auditor(...file, '--data', directory);
    expect(out + errors).not.toBe('');
    expect(acts.exec(out.replaceAll('\r\n', '\n') + errors)).toBeNull();
  });

  it('says a wrong row of a file without harm', async () => {
    const { code, errors } = await auditor('reconcile', hostileFile, '--account', 'acme', '--data', directory);
    expect([code, acts.exec(errors)]).toEqual([2, null]);
    expect(errors).toContain('line 2:');
  });

  it('is in JSON what was stored, escaped and not replaced', async () => {
    const { out } = await auditor('events', '--account', 'hostile', '--data', directory);
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; data: string });
    const deposited = events.find(({ type }) => type === 'funds-deposited.v1');
    expect(JSON.parse(deposited?.data ?? '')).toMatchObject({ reference: hostile });
  });
});

describe('auditor explain', () => {
  const sentences = async (...words: readonly string[]): Promise<string> =>
    (await auditor('explain', ...words, '--data', directory)).out.replace(/\s+/g, ' ');

  it('says of a hold that packs pay for in full that no money is set aside', async () => {
    const reported = await sentences('agency', 'covered');
    expect(reported).toContain('Packs pay for all of it, so no money is set aside.');
    expect(reported).not.toMatch(/: \.|: ;/);
  });

  it('says of one that they pay for in part what the rest can come to', async () => {
    expect(await sentences('agency', 'both')).toContain('The most that 20 more units can come to in money:');
  });

  it('says who acted', async () => {
    expect(await sentences('agency', 'both')).toMatch(/By \S+, request \S+\./);
  });
});

describe('the help', () => {
  it('of no command has a number that stands for no limit', async () => {
    const help = (await auditor('--help')).out;
    const commands = [...help.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(12);
    for (const command of commands) {
      const { code, out } = await auditor(command, '--help');
      expect([command, code, /Infinity|\d{16}|\[object/.exec(out)]).toEqual([command, 0, null]);
    }
  });
});

describe('auditor verify', () => {
  it('says what it checked, and what it did not', async () => {
    const { out } = await auditor('verify', '--data', directory);
    expect(out).toMatch(/^checked: the hash, id, revision and place of \d+ events in \d+ streams$/m);
    expect(out).toMatch(/^checked: every rule and figure of \d+ accounts$/m);
    expect(out).toMatch(/^checked: the read models read-models-0\.db$/m);
    expect(out).toMatch(/^not checked: the end of the log: without --checkpoint/m);
    expect(out).toMatch(/\naudit: 0 findings\n$/);
    const { checked, notChecked } = JSON.parse((await auditor('verify', '--json', '--data', directory)).out) as {
      checked: readonly string[];
      notChecked: readonly string[];
    };
    expect([checked.length > 3, notChecked.length]).toEqual([true, 1]);
  });
});
