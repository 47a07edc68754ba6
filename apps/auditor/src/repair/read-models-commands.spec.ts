import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '#application/ports';
import { takeReadModelsFile } from '../../../../libs/read-models/src/file/read-models-file.ts';
import { deposit } from '../../../../test/support/commands.ts';
import { damagedCopy, DrivenStore, rechained, runScenario } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditor, splitOutput } from '../../testing/run-auditor.ts';

/** More than a snapshot is apart from the next. */
const deposits = 1_100;

let sound: string;

beforeAll(async () => {
  sound = scratchDirectory();
  const driven = await DrivenStore.open(sound);
  await runScenario(driven);
  await driven.run('beta', ...Array.from({ length: deposits }, (_, index) => deposit(`more-${String(index)}`, '1')));
  await driven.close();
});

function damaged(file: string, damage: Parameters<typeof damagedCopy>[2]): string {
  const copy = damagedCopy(sound, file, damage);
  return copy;
}

/** An event of `beta` that nobody knows, written by somebody who rebuilds the chain. */
function poisoned(): string {
  return damaged('events.db', (database) => {
    rechained(database, 'account-beta', (event: NewEvent, revision) =>
      revision === 5 ? { ...event, type: 'funds-doubled.v9' } : event,
    );
  });
}

const last = (out: string): string | undefined => splitOutput(out).at(-1);

describe('auditor diff', () => {
  it('compares every event and snapshot with a full replay', async () => {
    const { code, out } = await auditor('diff', '--data', sound);
    expect([code, last(out)]).toEqual([0, 'diff: 0 differences']);
    const [, events, snapshots] = /read-models-0\.db: (\d+) events and (\d+) snapshots compared/.exec(out) ?? [];
    expect(Number(events)).toBeGreaterThan(deposits);
    expect(Number(snapshots)).toBeGreaterThan(5);
  });

  it('tells what differs, and leaves the log to verify', async () => {
    const readModels = damaged('read-models-0.db', (database) => {
      database.exec("UPDATE summaries SET available = '1' WHERE account = 1");
    });
    const { code, out } = await auditor('diff', '--data', readModels);
    expect([code, last(out)]).toEqual([1, 'diff: 1 differences']);
    expect(out).toContain('read-model-account-differs  account-acme');
    const log = damaged('events.db', (database) => {
      database.exec('UPDATE heads SET revision = revision + 1 WHERE stream = 1');
    });
    const other = await auditor('diff', '--data', log);
    expect([other.code, last(other.out)]).toEqual([1, 'diff: 0 differences']);
    expect(other.out).toContain('note: the log itself has 1 findings; verify shows them');
  });

  it('cannot run where there are no read models', async () => {
    const copy = damaged('events.db', () => undefined);
    rmSync(join(copy, 'read-models-0.db'));
    expect((await auditor('diff', '--data', copy)).code).toBe(2);
  });
});

describe('auditor repair', () => {
  it('rebuilds the read models, with snapshots, as a full replay has them', async () => {
    const copy = damaged('read-models-0.db', (database) => {
      database.exec('DELETE FROM requests; DELETE FROM snapshots');
    });
    expect((await auditor('diff', '--data', copy)).code).toBe(1);
    const { code, out } = await auditor('repair', '--data', copy);
    expect([code, splitOutput(out)]).toEqual([0, ['read-models-0.db: rebuilt', 'repair: 1 files, 1 snapshots']]);
    const after = await auditor('diff', '--data', copy);
    expect([after.code, after.out]).toEqual([0, expect.stringContaining(' and 1 snapshots compared')]);
  });

  it('makes all files that there are, and the first where there is none', async () => {
    const copy = damaged('read-models-0.db', () => undefined);
    cpSync(join(copy, 'read-models-0.db'), join(copy, 'read-models-3.db'));
    expect(splitOutput((await auditor('repair', '--data', copy)).out).slice(0, 2)).toEqual([
      'read-models-0.db: rebuilt',
      'read-models-3.db: rebuilt',
    ]);
    for (const file of ['read-models-0.db', 'read-models-3.db']) rmSync(join(copy, file));
    expect((await auditor('repair', '--data', copy)).out).toContain('read-models-0.db: rebuilt');
    expect((await auditor('diff', '--data', copy)).code).toBe(0);
  });

  it('refuses, and changes nothing, while a service has any of them open', async () => {
    const copy = damaged('read-models-0.db', () => undefined);
    cpSync(join(copy, 'read-models-0.db'), join(copy, 'read-models-1.db'));
    const taken = [takeReadModelsFile(copy), takeReadModelsFile(copy)];
    taken[0]?.release();
    const before = readFileSync(join(copy, 'read-models-0.db'));
    const { code, errors } = await auditor('repair', '--data', copy);
    expect(code).toBe(2);
    expect(errors).toMatch(/read-models-1\.db is open in a process: stop the service first/);
    expect(readFileSync(join(copy, 'read-models-0.db')).equals(before)).toBe(true);
    taken[1]?.release();
    expect((await auditor('repair', '--data', copy)).code).toBe(0);
  });

  it('cannot run where there is no log', async () => {
    const directory = scratchDirectory();
    expect((await auditor('repair', '--data', directory)).code).toBe(2);
  });
});

describe('auditor quarantine', () => {
  it('has nothing to say of a sound ledger', async () => {
    expect(await auditor('quarantine', '--data', sound)).toMatchObject({ code: 0, out: 'quarantine: 0 accounts\n' });
  });

  it('tells which account stops, where and why; the others go on', async () => {
    const copy = poisoned();
    const { code, out } = await auditor('quarantine', '--data', copy);
    expect(code).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /^beta revision 5 at position [0-9a-f]{16} funds-doubled\.v9, \d+ events after it event-unreadable: UnreadableEvent: funds-doubled\.v9: no event of this type is known quarantine: 1 accounts $/,
    );
    const found = JSON.parse((await auditor('quarantine', '--data', copy, '--json')).out) as {
      stopped: { accountId: string; after: number }[];
    };
    expect(found.stopped.map(({ accountId }) => accountId)).toEqual(['beta']);
    expect(found.stopped[0]?.after).toBeGreaterThan(deposits);
  });

  it('tells of an event whose hash is wrong, and of one that cannot have happened', async () => {
    const copy = damaged('events.db', (database) => {
      database.exec(
        `UPDATE appends SET events = replace(events, '"depositId":"d1","amount":"4"', '"depositId":"d1","amount":"5"')`,
      );
      rechained(database, 'account-acme', (event: NewEvent) =>
        event.type === 'hold-settled.v1'
          ? { ...event, data: event.data.replace('"holdId":"dear"', '"holdId":"highest"') }
          : event,
      );
    });
    const { out } = await auditor('quarantine', '--data', copy);
    expect(out).toContain('hash-wrong: ');
    expect(out.replace(/\s+/g, ' ')).toContain('fold-refuses: AssertionError');
    expect(last(out)).toBe('quarantine: 2 accounts');
  });

  it('tells of read models that passed an account over, and of how that is lifted', async () => {
    const copy = poisoned();
    expect((await auditor('repair', '--data', copy)).out).toMatch(/^beta stays out of service: revision 5: Unreadable/);
    expect((await auditor('quarantine', '--data', copy)).out).toContain('skipped in read-models-0.db, too');
    // The cause is mended: here, the log is put back as it was.
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(copy, `events.db${suffix}`), { force: true });
    cpSync(join(sound, 'events.db'), join(copy, 'events.db'));
    const behind = await auditor('quarantine', '--data', copy);
    expect([behind.code, last(behind.out)]).toEqual([1, 'quarantine: 0 accounts']);
    expect(behind.out).toContain('It can be read now: rebuild the read models (repair).');
    expect((await auditor('repair', '--data', copy)).code).toBe(0);
    expect((await auditor('quarantine', '--data', copy)).code).toBe(0);
    expect((await auditor('diff', '--data', copy)).code).toBe(0);
  });
});
