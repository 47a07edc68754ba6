import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { withoutTriggers } from '../../../../../libs/event-store/testing/unpacked-log.ts';
import { deposit, openAccount } from '../../../../../test/support/commands.ts';
import {
  DrivenStore,
  listAppends,
  priceBooks,
  rechained,
  runScenario,
  store,
} from '../../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../../test/support/scratch-directory.ts';
import { auditedInPartitions } from '../../../testing/in-partitions.ts';
import { damages, edited, editSingle, overwritePage } from '../../../testing/log-damages.ts';
import { auditor } from '../../../testing/run-auditor.ts';
import { places, ScenarioCopies } from '../../../testing/scenario-copies.ts';
import { auditDirectory, type AuditReport } from '../../index.ts';
import { kindsOfHashes, verifyHashes } from './verify-hashes.ts';

const copies = new ScenarioCopies();

/** By two threads; by this one, if it is said in how many partitions. */
function hashes(directory: string, partitions?: number, windowPositions = 7): Promise<AuditReport> {
  const options = partitions === undefined ? { threads: 2 } : { threads: 1, partitions, windowPositions };
  return verifyHashes(join(directory, 'events.db'), options);
}

function damaged(damage: (database: DatabaseSync) => void): string {
  return copies.damaged('events.db', damage);
}

/** What the full audit finds of the same kinds. */
async function inFull(directory: string): Promise<Pick<AuditReport, 'findings' | 'events' | 'position'>> {
  const { findings, events, position } = await auditedInPartitions(directory);
  return { findings: findings.filter(({ kind }) => kindsOfHashes.has(kind)), events, position };
}

describe('the hashes of a sound log', () => {
  it.each([[undefined], [1], [5]])('are all right, in partitions: %s', async (partitions) => {
    const report = await hashes(copies.sound, partitions);
    const { events, position, streams, accounts } = await auditDirectory(copies.sound, { priceBooks });
    expect(report).toMatchObject({ findings: [], found: 0, events, position, streams, accounts });
  });

  it('are all right beside a running service, too', async () => {
    const directory = scratchDirectory();
    const driven = await DrivenStore.open(directory);
    const ended = new AbortController();
    const ran = runScenario(driven).finally(() => {
      ended.abort();
    });
    const reports: AuditReport[] = [];
    while (!ended.signal.aborted) {
      reports.push(await hashes(directory, 2));
      // A verification leaves the event loop no turn, which the scenario needs.
      await pause(25);
    }
    await ran;
    await driven.close();
    expect(reports.flatMap(places)).toEqual([]);
  });

  it('are all right of a log that somebody rebuilt: only the rules can tell', async () => {
    const copy = damaged((database) => {
      rechained(database, 'account-acme', (event, at) => (at === 9 ? edited(event) : event));
    });
    expect((await hashes(copy, 3)).found).toBe(0);
  });
});

describe('a log that was changed', () => {
  it.each(damages)('shows %s as the full audit does, whatever the partitions', async (_, damage) => {
    let place = '';
    const copy = damaged((database) => {
      place = damage(database);
    });
    const full = await inFull(copy);
    expect(places(full)).toContain(place);
    for (const partitions of [1, 3, undefined]) {
      expect(await hashes(copy, partitions)).toMatchObject({ ...full, found: full.findings.length });
    }
  });

  it.each([
    ['at another place', 'UPDATE marks SET position = position - 1'],
    ['of another revision', 'UPDATE marks SET revision = revision - 1'],
    ['that is missing', 'DELETE FROM marks'],
  ])('shows a mark %s as the full audit does', async (_, damage) => {
    const directory = scratchDirectory();
    const driven = await DrivenStore.open(directory);
    await driven.run('acme', openAccount('acme'));
    await driven.run('acme', ...Array.from({ length: 300 }, (__, number) => deposit(`d${String(number)}`, '1')));
    await driven.close();
    expect((await hashes(directory, 2)).found).toBe(0);
    const database = new DatabaseSync(join(directory, 'events.db'));
    database.exec(damage);
    database.close();
    const full = await inFull(directory);
    expect(places(full).some((place) => place.startsWith('mark-differs'))).toBe(true);
    for (const partitions of [1, 3, undefined]) {
      expect(await hashes(directory, partitions)).toMatchObject({ ...full, found: full.findings.length });
    }
  });

  it('shows an edited event at either side of the border of what is read at once', async () => {
    const border = 40;
    for (const at of [border - 1, border]) {
      let stream = '';
      const copy = damaged((database) => {
        const row = database.prepare(
          `SELECT position, name FROM appends JOIN streams ON id = stream WHERE position <= ? ORDER BY position DESC`,
        );
        const { position, name } = row.get(at) ?? {};
        stream = String(name);
        const events = listAppends(database, stream).find((one) => one.position === Number(position))?.events ?? [];
        const index = at - Number(position);
        store(
          database,
          Number(position),
          events.map((event, each) => (each === index ? edited(event) : event)),
        );
      });
      const report = await hashes(copy, 2, border);
      expect(places(report)).toEqual(places(await inFull(copy)));
      expect(places(report)).toEqual([expect.stringMatching(new RegExp(`^hash-wrong ${stream} \\d+$`))]);
    }
  });

  it('shows an edited event beside a stream whose number is too large, and a trigger that is gone', async () => {
    let place = '';
    const copy = damaged((database) => {
      place = editSingle(database, 3);
      database.exec("INSERT INTO streams VALUES (9007199254740993, 'account-x')");
    });
    for (const partitions of [1, 3, undefined])
      expect(places(await hashes(copy, partitions))).toContain(`hash-wrong ${place}`);
    const open = copies.damaged('events.db', () => undefined);
    const database = new DatabaseSync(join(open, 'events.db'));
    database.exec('DROP TRIGGER groups_are_not_replaced');
    database.close();
    expect(places(await hashes(open, 2))).toEqual(['log-damaged events.db']);
  });

  it('shows a row of which only the time was changed, by its checksum', async () => {
    const copy = damaged(() => undefined);
    const database = new DatabaseSync(join(copy, 'events.db'));
    withoutTriggers(database, () => {
      database.exec(
        'UPDATE groups SET recorded_at = recorded_at + 1 WHERE position = (SELECT max(position) FROM groups)',
      );
    });
    database.close();
    expect(places(await hashes(copy, 2))).toEqual(['log-damaged events.db']);
    expect(places(await inFull(copy))).toEqual(['log-damaged events.db']);
  });

  it('shows heads that are said to be saved further than the log goes', async () => {
    const copy = damaged((database) => {
      database.exec('UPDATE heads_saved SET until = until + 1');
    });
    expect(places(await hashes(copy, 2))).toEqual(['head-differs events.db']);
    expect(places(await inFull(copy))).toEqual(['head-differs events.db']);
  });

  it('shows a head that is older than the heads are said to be, and none that is not', async () => {
    const older = (database: DatabaseSync): void => {
      const { position, revision, events } = listAppends(database, 'account-beta').at(-2) ?? {
        position: 0,
        revision: 0,
        events: [],
      };
      const last = revision + events.length - 1;
      database.exec(`UPDATE heads SET revision = ${String(last)}, position = ${String(position)} WHERE stream = 2`);
    };
    const stale = damaged(older);
    const saved = damaged((database) => {
      older(database);
      const { position } = listAppends(database, 'account-beta').at(-1) ?? { position: 0 };
      database.exec(`DELETE FROM heads WHERE stream IN (SELECT stream FROM appends GROUP BY stream HAVING min(position) >= ${String(position)});
        UPDATE heads_saved SET until = ${String(position - 1)}`);
    });
    expect(places(await hashes(stale, 2))).toEqual([expect.stringContaining('head-differs account-beta')]);
    expect(places(await inFull(stale))).toEqual([expect.stringContaining('head-differs account-beta')]);
    expect(places(await hashes(saved, 2))).toEqual([]);
    expect(places(await inFull(saved))).toEqual([]);
  });

  it('does not show a tail that was cut off with its head put back: read models and checkpoints tell', async () => {
    const copy = damaged((database) => {
      database.exec(`DELETE FROM appends WHERE position = (SELECT max(position) FROM appends);
        UPDATE heads_saved SET until = (SELECT max(position + count) - 1 FROM appends)`);
      const last = listAppends(database, 'account-acme').at(-1);
      const revision = (last?.revision ?? 0) + (last?.events.length ?? 0) - 1;
      database
        .prepare('UPDATE heads SET revision = ?, position = ? WHERE stream = 1')
        .run(revision, last?.position ?? 0);
    });
    expect((await hashes(copy, 2)).found).toBe(0);
    expect((await auditDirectory(copy, { priceBooks })).found).toBeGreaterThan(0);
  });

  it('shows a file that is damaged inside', async () => {
    const copy = damaged(() => undefined);
    overwritePage(join(copy, 'events.db'));
    expect(places(await hashes(copy, 2))).toContain('log-damaged events.db');
  });
});

describe('auditor verify --hashes', () => {
  it('ends with 0 for a sound log, and says what it did not look at', async () => {
    const { code, out } = await auditor('verify', '--hashes', '--data', copies.sound);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/note: only hashes.*\n(?:(?:not )?checked: .*\n)+.*\naudit: 0 findings\n$/),
    ]);
  });

  it('ends with 1 and says where', async () => {
    let place = '';
    const copy = damaged((database) => {
      place = editSingle(database, 3);
    });
    const { code, out } = await auditor('verify', '--hashes', '--data', copy);
    expect([code, out]).toEqual([1, expect.stringContaining(`hash-wrong  ${place}: `)]);
  });

  it.each([[['a-bundle']], [['--accounts', 'a']], [['--kurrentdb']], [['--checkpoint', 'file']]])(
    'ends with 2 beside %j, which it does not look at',
    async (words) => {
      expect(await auditor('verify', '--hashes', '--data', copies.sound, ...words)).toMatchObject({ code: 2, out: '' });
    },
  );

  it('ends with 2 where there is no log', async () => {
    expect(await auditor('verify', '--hashes', '--data', '/nowhere/at/all')).toMatchObject({ code: 2, out: '' });
  });
});
