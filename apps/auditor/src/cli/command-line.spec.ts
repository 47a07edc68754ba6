import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { damagedCopy, scenarioDirectory, start } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import type { AuditReport } from '../index.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

let sound: string;
let damaged: string;

beforeAll(async () => {
  sound = await scenarioDirectory();
  damaged = damagedCopy(sound, 'events.db', (database) => {
    database.exec(`UPDATE appends SET events = replace(events, '"amount":"4"', '"amount":"5"')`);
  });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

async function auditor(...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', main, ...words]);
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, out, errors };
}

const lines = (out: string): readonly string[] => out.trimEnd().split('\n');

describe('auditor verify', () => {
  it('ends with 0 and a plain last line when nothing was found', async () => {
    const { code, out, errors } = await auditor('verify', '--data', sound);
    expect([code, lines(out).at(-1), errors]).toEqual([0, 'audit: 0 findings', '']);
  });

  it('ends with 1 and says what and where when something was found', async () => {
    const { code, out } = await auditor('verify', '--data', damaged);
    expect(code).toBe(1);
    expect(lines(out).at(-1)).toMatch(/^audit: [1-9]\d* findings$/);
    expect(out).toContain('hash-wrong  account-beta 1: ');
  });

  it('gives one JSON document', async () => {
    const { code, out } = await auditor('verify', '--data', damaged, '--json', '--accounts', 'beta');
    const report = JSON.parse(out) as AuditReport;
    expect(code).toBe(1);
    expect(report.findings[0]).toMatchObject({ kind: 'hash-wrong', stream: 'account-beta', revision: 1 });
    expect(report.found).toBe(report.findings.length);
  });

  it.each([
    ['there is no such directory', ['verify', '--data', '/nowhere/at/all']],
    ['there is no command of that name', ['prove']],
    ['an option is not known', ['verify', '--fast']],
    ['an argument is missing', ['replay']],
    ['a number is none', ['replay', 'acme', '--from', 'x']],
    ['a time is none', ['balance', 'acme', '--at', '2026-02-30T00:00:00Z']],
    ['a time and a revision are asked for', ['balance', 'acme', '--revision', '1', '--at', '2026-01-30T00:00:00Z']],
  ])('ends with 2 when %s', async (_, words) => {
    const { code, out, errors } = await auditor(...words);
    expect([code, out]).toEqual([2, '']);
    expect(errors).not.toBe('');
  });

  it('ends with 2 when the file is no event log', async () => {
    const directory = scratchDirectory();
    expect(await auditor('verify', '--data', directory)).toMatchObject({ code: 2, out: '' });
  });
});

describe('auditor replay', () => {
  it('shows one line an event with the balance after it', async () => {
    const { code, out } = await auditor('replay', 'beta', '--data', sound);
    expect(code).toBe(0);
    const [opened, deposited] = lines(out);
    expect(opened).toMatch(
      /^ {5}0 {2}2026-01-29T04:00:00.000Z {2}account-opened .* available 0 {2}frozen 0 {2}settled 0 {2}by test, test$/,
    );
    expect(deposited).toMatch(/ funds-deposited +d1 \+4 +available 4 /);
  });

  it('shows a part, as text or as one JSON document', async () => {
    const part = ['replay', 'acme', '--from', '2', '--limit', '3', '--data', sound];
    expect(lines((await auditor(...part)).out)).toHaveLength(3);
    const { events, findings } = JSON.parse((await auditor(...part, '--json')).out) as {
      events: { revision: number; balance: object }[];
      findings: unknown[];
    };
    expect(events.map(({ revision }) => revision)).toEqual([2, 3, 4]);
    expect(findings).toEqual([]);
    const none = JSON.parse(
      (await auditor('replay', 'acme', '--from', '999', '--data', sound, '--json')).out,
    ) as object;
    expect(none).toMatchObject({ accountId: 'acme', events: [] });
  });

  it('stops at what cannot be trusted, and ends with 1', async () => {
    const { code, out } = await auditor('replay', 'beta', '--data', damaged);
    expect([code, lines(out).length]).toEqual([1, 2]);
    expect(lines(out)[1]).toContain('hash-wrong  account-beta 1: ');
  });

  it('ends with 2 for an account that does not exist', async () => {
    expect((await auditor('replay', 'nobody', '--data', sound)).code).toBe(2);
  });
});

describe('auditor balance', () => {
  const at = (ms: number): string => new Date(start + ms).toISOString();

  it('has every event up to a time, and then what was due at it', async () => {
    const before = await auditor('balance', 'beta', '--at', at(99_999), '--data', sound, '--json');
    expect(JSON.parse(before.out)).toMatchObject({ balance: { available: '-4.00000001' }, openHolds: 2 });
    const after = await auditor('balance', 'beta', '--at', at(100_000), '--data', sound, '--json');
    expect(JSON.parse(after.out)).toMatchObject({ balance: { available: '4', frozen: '0' }, openHolds: 0, holds: [] });
  });

  it('has exactly the events up to a revision', async () => {
    const { code, out } = await auditor('balance', 'beta', '--revision', '1', '--data', sound);
    expect(code).toBe(0);
    expect(lines(out)[0]).toBe('beta as of 2026-01-29T04:00:00.000Z, after revision 1: active');
    expect(out).toMatch(/available +4\n/);
  });

  it('is as of now if nothing else is said, and never of a later time', async () => {
    const now = JSON.parse((await auditor('balance', 'acme', '--data', sound, '--json')).out) as { asOf: string };
    const later = ['balance', 'acme', '--at', '2999-01-01T00:00:00Z', '--data', sound, '--json'];
    const then = JSON.parse((await auditor(...later)).out) as { asOf: string };
    expect(then.asOf >= now.asOf && then.asOf < '2999').toBe(true);
  });

  it.each([
    ['before the account was opened', ['--at', '2020-01-01T00:00:00+08:00']],
    ['beyond its last revision', ['--revision', '9999']],
  ])('ends with 2 %s', async (_, words) => {
    expect((await auditor('balance', 'beta', '--data', sound, ...words)).code).toBe(2);
  });
});
