import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '#application/ports';
import {
  appended,
  DrivenStore,
  listAppends,
  rechained,
  runScenario,
  store,
} from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditedInPartitions } from '../../testing/in-partitions.ts';
import { overwritePage } from '../../testing/log-damages.ts';
import { places, ScenarioCopies } from '../../testing/scenario-copies.ts';
import type { AuditReport } from '../index.ts';

const copies = new ScenarioCopies();

/** Where the first event of a type is. */
function find(
  database: Parameters<(database: DatabaseSync) => void>[0],
  stream: string,
  type: string,
): { position: number; revision: number; index: number; events: NewEvent[] } {
  for (const { position, revision, events } of listAppends(database, stream)) {
    const index = events.findIndex((event) => event.type === type);
    if (index >= 0) return { position, revision: revision + index, index, events };
  }
  throw new Error(`${stream} has no ${type}`);
}

function changed(event: NewEvent, change: (data: Record<string, unknown>) => void): NewEvent {
  const data = JSON.parse(event.data) as Record<string, unknown>;
  change(data);
  return { ...event, data: JSON.stringify(data) };
}

describe('a sound data directory', () => {
  it('has no findings', async () => {
    const report = await auditedInPartitions(copies.sound);
    expect(report).toMatchObject({ findings: [], found: 0, accounts: 3, streams: 4, notes: [] });
    expect(report.events).toBeGreaterThan(100);
  });

  it('has none either beside a running service, whose read models lag behind', async () => {
    const directory = scratchDirectory();
    const driven = await DrivenStore.open(directory);
    const reports: AuditReport[] = [];
    const ended = new AbortController();
    const ran = runScenario(driven).finally(() => {
      ended.abort();
    });
    while (!ended.signal.aborted) {
      reports.push(await auditedInPartitions(directory));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ran;
    await driven.close();
    expect(reports.flatMap(places)).toEqual([]);
  });

  it('can be audited in parts', async () => {
    const report = await auditedInPartitions(copies.sound, { accounts: 'be' });
    expect(report).toMatchObject({ found: 0, accounts: 1, streams: 1 });
  });
});

describe('a log that was changed', () => {
  it('shows a changed amount by its hash, and by the balance that no longer adds up', async () => {
    let revision = -1;
    const copy = copies.damaged('events.db', (database) => {
      const place = find(database, 'account-acme', 'hold-settled.v1');
      revision = place.revision;
      place.events[place.index] = changed(place.events[place.index] as NewEvent, (data) => (data['amount'] = '0.01'));
      store(database, place.position, place.events);
    });
    const found = places(await auditedInPartitions(copy));
    expect(found).toContain(`hash-wrong account-acme ${String(revision)}`);
    expect(found).toContain(`balance-equation account-acme ${String(revision)}`);
  });

  it('shows a deleted append as a gap', async () => {
    let gap = -1;
    const copy = copies.damaged('events.db', (database) => {
      const place = listAppends(database, 'account-acme')[5];
      gap = (place?.revision ?? 0) + (place?.events.length ?? 0);
      database.prepare('DELETE FROM appends WHERE position = ?').run(place?.position ?? -1);
    });
    const found = places(await auditedInPartitions(copy));
    expect(found).toContain(`revision-gap account-acme ${String(gap)}`);
    expect(found).toContain(`append-misplaced account-acme ${String(gap)}`);
    expect(found.some((place) => place.startsWith('position-gap'))).toBe(true);
  });

  it('shows a tail that was cut off by the heads, and by read models that had seen it', async () => {
    const copy = copies.damaged('events.db', (database) => {
      database.exec('DELETE FROM appends WHERE position = (SELECT max(position) FROM appends)');
    });
    const found = places(await auditedInPartitions(copy));
    expect(found.some((place) => place.startsWith('head-differs account-acme'))).toBe(true);
    expect(found).toContain('read-models-not-of-log read-models-0.db');
  });

  it('shows swapped events', async () => {
    let revisions: number[] = [];
    const copy = copies.damaged('events.db', (database) => {
      const [first, second] = listAppends(database, 'account-acme')
        .filter(({ events }) => events.length === 1)
        .slice(4, 6);
      if (first === undefined || second === undefined) throw new Error('the scenario is too short');
      revisions = [first.revision, second.revision];
      store(database, first.position, second.events);
      store(database, second.position, first.events);
    });
    const found = places(await auditedInPartitions(copy));
    for (const revision of revisions) expect(found).toContain(`hash-wrong account-acme ${String(revision)}`);
  });

  it('shows a changed hash where it is, and nowhere else', async () => {
    let revision = -1;
    const copy = copies.damaged('events.db', (database) => {
      const place = listAppends(database, 'keys')[0];
      const [event] = place?.events ?? [];
      if (place === undefined || event === undefined) throw new Error('there is a key');
      revision = place.revision;
      store(database, place.position, [{ ...event, hash: 'f'.repeat(64) }]);
    });
    const found = places(await auditedInPartitions(copy));
    expect(found).toEqual([
      `hash-wrong keys ${String(revision)}`,
      `event-id-wrong keys ${String(revision)}`,
      'read-model-head-differs keys',
    ]);
  });

  it('shows an event that cannot be read', async () => {
    let revision = -1;
    const copy = copies.damaged('events.db', (database) => {
      const place = find(database, 'account-beta', 'funds-deposited.v1');
      revision = place.revision;
      place.events[place.index] = { ...(place.events[place.index] as NewEvent), data: '{"amount":1}' };
      store(database, place.position, place.events);
    });
    expect(places(await auditedInPartitions(copy))).toContain(`event-unreadable account-beta ${String(revision)}`);
  });

  it('shows a file that is damaged inside', async () => {
    const copy = copies.damaged('events.db', () => undefined);
    overwritePage(join(copy, 'events.db'));
    expect(places(await auditedInPartitions(copy))).toContain('log-damaged events.db');
  });

  it('shows a count that is no number, and comes to its end', async () => {
    const copy = copies.damaged('events.db', () => undefined);
    const database = new DatabaseSync(join(copy, 'events.db'));
    // A table made by somebody else takes texts, too.
    database.exec(`
      CREATE TABLE others AS SELECT * FROM groups;
      DROP VIEW log;
      DROP TABLE groups;
      ALTER TABLE others RENAME TO groups;
      UPDATE groups SET count = 'x' WHERE position = (SELECT max(position) FROM groups)
    `);
    database.close();
    const found = places(await auditedInPartitions(copy));
    expect(found.some((place) => place.startsWith('append-misplaced account-'))).toBe(true);
    expect(found).toContain('log-damaged events.db');
  });

  it('shows wrong heads and marks', async () => {
    const copy = copies.damaged('events.db', (database) => {
      database.exec('UPDATE heads SET revision = revision + 1 WHERE stream = 1; INSERT INTO marks VALUES (1, 1, 1)');
    });
    const found = places(await auditedInPartitions(copy));
    expect(found.some((place) => place.startsWith('head-differs account-acme'))).toBe(true);
    expect(found).toContain('mark-differs events.db');
  });
});

describe('a log that was changed by somebody who rebuilt its chain', () => {
  it('shows a hold that is settled twice', async () => {
    let revision = -1;
    const copy = copies.damaged('events.db', (database) => {
      const place = find(database, 'account-acme', 'hold-settled.v1');
      const { data } = place.events[place.index] as NewEvent;
      const at = Date.UTC(2026, 0, 30);
      revision = appended(database, 'account-acme', 'hold-settled.v1', { ...(JSON.parse(data) as object), at });
    });
    expect(places(await auditedInPartitions(copy))).toContain(`hold-ended-twice account-acme ${String(revision)}`);
    expect(places(await auditedInPartitions(copy)).filter((place) => place.startsWith('hash-wrong'))).toEqual([]);
  });

  it('shows a charge that is not the price of its tier position', async () => {
    let revision = -1;
    const copy = copies.damaged('events.db', (database) => {
      revision = find(database, 'account-acme', 'hold-settled.v1').revision + 2;
      rechained(database, 'account-acme', (event, at) => {
        if (at !== revision) return event;
        return changed(event, (data) => {
          // One unit at 0.85, the first price of the table; it is not in the first tier any more.
          data['amount'] = '0.5';
          data['returned'] = '0.35';
          data['lines'] = [{ from: 10_000, units: 1, price: '0.5', amount: '0.5' }];
        });
      });
    });
    const found = places(await auditedInPartitions(copy));
    expect(found).toContain(`tier-price-wrong account-acme ${String(revision)}`);
    expect(found).toContain(`read-model-hold-differs account-acme ${String(revision)}`);
    expect(found.some((place) => place.startsWith('hash-wrong'))).toBe(false);
  });

  it.each([
    ['a time that runs backwards', 'time-backwards', 'funds-withdrawn.v1', (data: Data) => (data['at'] = 1)],
    ['an overdraft', 'overdraft', 'funds-withdrawn.v1', (data: Data) => (data['amount'] = '9')],
    ['an expiry off its deadline', 'expired-off-deadline', 'hold-expired.v1', (data: Data) => (data['at'] = 1e13)],
    [
      'a deadline that nobody agreed to',
      'deadline-wrong',
      'funds-frozen.v1',
      (data: Data) => (data['expiresAt'] = 4e12),
    ],
    ['an id that is used twice', 'id-used-twice', 'account-resumed.v1', (data: Data) => (data['changeId'] = 's1')],
    [
      'a charge that could have been paid',
      'uncollected-wrong',
      'charge-uncollected.v1',
      (data: Data) => (data['amount'] = '1'),
    ],
  ])('shows %s', async (_, kind, type, change) => {
    let revision = -1;
    const copy = copies.damaged('events.db', (database) => {
      ({ revision } = find(database, 'account-beta', type));
      rechained(database, 'account-beta', (event, at) => (at === revision ? changed(event, change) : event));
    });
    expect(places(await auditedInPartitions(copy))).toContain(`${kind} account-beta ${String(revision)}`);
  });

  it('shows a verification that is charged late, again', async () => {
    let revision = -1;
    const copy = copies.damaged('events.db', (database) => {
      const { events, index } = find(database, 'account-acme', 'hold-settled-late.v1');
      const { data } = events[index] as NewEvent;
      revision = appended(database, 'account-acme', 'hold-settled-late.v1', JSON.parse(data) as object);
    });
    expect(places(await auditedInPartitions(copy))).toContain(`late-settle-twice account-acme ${String(revision)}`);
  });
});

type Data = Record<string, unknown>;

describe('read models that were changed', () => {
  it.each([
    ['a balance', "UPDATE summaries SET available = '1' WHERE account = 1", 'read-model-account-differs account-acme'],
    ['an ending', "UPDATE endings SET data = '{}' WHERE hold = 1", 'read-model-hold-differs account-acme'],
    ['the status of a hold', 'UPDATE endings SET status = 3 WHERE hold = 1', 'read-model-hold-differs account-acme'],
    ['an open hold that is missing', 'DELETE FROM open_holds', 'read-model-account-differs account-acme'],
    ['an id that is missing', 'DELETE FROM requests WHERE account = 2', 'read-model-id-differs account-beta'],
    [
      'an id that nobody used',
      "INSERT INTO requests VALUES (2, 'deposit d9', 't', '{}')",
      'read-model-id-differs account-beta',
    ],
    [
      'a snapshot',
      `UPDATE snapshots SET state = replace(state, '"closed":false', '"closed":true')`,
      'snapshot-differs',
    ],
    ['the digest of a snapshot', "UPDATE snapshots SET state = 'x' || substr(state, 2)", 'snapshot-differs'],
    ['a snapshot out of place', "UPDATE snapshots SET position = 'f'", 'snapshot-differs account-acme'],
    [
      'an account that is missing',
      'DELETE FROM summaries WHERE account = 2',
      'read-model-account-differs account-beta',
    ],
    ['an account out of service', "UPDATE summaries SET error = 'x' WHERE account = 2", 'account-out-of-service'],
    ['a head that is another', "UPDATE heads SET hash = '' WHERE stream = 'keys'", 'read-model-head-differs keys'],
    [
      'a head that is missing',
      "DELETE FROM heads WHERE stream = 'account-beta'",
      'read-model-head-differs account-beta',
    ],
    ['another log', "UPDATE checkpoint SET event_hash = ''", 'read-models-not-of-log read-models-0.db'],
    [
      'a filter that was not written so',
      'INSERT INTO filter_reach VALUES (1, 0, 7)',
      'read-model-filter-differs read-models-0.db',
    ],
    [
      'a filter that does not know a hold',
      `INSERT INTO filter_reach VALUES (1, 1, ${String(crc32('1 '))})`,
      'read-model-filter-differs account-acme',
    ],
    ['no tables', 'DROP TABLE endings', 'read-models-damaged read-models-0.db'],
  ])('show %s', async (_, sql, place) => {
    const copy = copies.damaged('read-models-0.db', (database) => {
      database.exec(sql);
    });
    const found = places(await auditedInPartitions(copy));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((one) => !one.startsWith(place))).toEqual([]);
  });

  it('are left alone while somebody has them for himself', async () => {
    const copy = copies.damaged('read-models-0.db', (database) => {
      database.exec('PRAGMA journal_mode = DELETE');
    });
    const owner = new DatabaseSync(join(copy, 'read-models-0.db'));
    owner.exec('BEGIN EXCLUSIVE');
    const report = await auditedInPartitions(copy);
    owner.close();
    expect([report.found, report.notes]).toEqual([0, [expect.stringContaining('locked')]]);
  });

  it('are left alone if another version made them', async () => {
    const copy = copies.damaged('read-models-0.db', (database) => {
      database.exec('PRAGMA user_version = 99; DELETE FROM summaries');
    });
    const report = await auditedInPartitions(copy);
    expect(report.found).toBe(0);
    expect(report.notes).toEqual([expect.stringContaining('version 99')]);
  });
});
