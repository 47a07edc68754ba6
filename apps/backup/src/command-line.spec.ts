import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SqliteEventStore, textOfLedgerRecord } from '#event-store';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { backup, hashesIn, launched, now, written } from '../testing/run-backup.ts';

let folder: string;
let data: string;
let kept: string;

beforeEach(async () => {
  folder = scratchDirectory();
  [data, kept] = [join(folder, 'data'), join(folder, 'kept')];
  mkdirSync(data);
  await written(data, 'account-acme', 40);
  writeFileSync(join(data, 'admin.key'), 'a secret that is long enough for a key\n');
});

interface Manifest {
  readonly [field: string]: unknown;
  readonly files: { name: string; bytes: number; sha256: string }[];
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(kept, 'manifest.json'), 'utf8')) as Manifest;
}

function rewrite(change: (manifest: Manifest) => object): void {
  writeFileSync(join(kept, 'manifest.json'), JSON.stringify(change(manifest())));
}

const readMode = (file: string): number => statSync(file).mode & 0o777;

describe('a backup', () => {
  it('is one folder that says what is in it, for its owner only, and needs nothing beside it', async () => {
    const made = await backup(['backup', kept, '--data', data]);
    expect(made.code).toBe(0);
    expect(made.out).toContain('checked: 40 events in 1 streams');
    expect(made.out).toContain('without admin.key, which was not asked for (--with-keys): another admin key is made');
    expect(made.out).toContain('without signing.key, which is not in the data directory');
    expect(readdirSync(kept).sort()).toEqual(['events.db', 'ledger.json', 'manifest.json']);
    expect([kept, ...readdirSync(kept).map((name) => join(kept, name))].map(readMode)).toEqual([
      0o700, 0o600, 0o600, 0o600,
    ]);
    expect(manifest()).toMatchObject({
      format: 'holdfast-backup-1',
      product: '0.0.0-spec',
      madeAt: new Date(now).toISOString(),
      source: { eventStore: 'sqlite', namespace: 'holdfast' },
      log: { events: 40, streams: 1, last: { stream: 'account-acme', revision: 39, hash: hashesIn(data).at(-1) } },
      checkpoint: null,
      keys: { included: [] },
    });
    expect(hashesIn(kept)).toEqual(hashesIn(data));
    expect(readdirSync(kept)).toHaveLength(3);
  });

  it('has the keys that there are, if they are asked for', async () => {
    const made = await backup(['backup', kept, '--data', data, '--with-keys']);
    expect(made.out).toContain('keys: admin.key: keep this folder as you keep them');
    expect(readMode(join(kept, 'admin.key'))).toBe(0o600);
    expect(manifest()['keys']).toMatchObject({ included: ['admin.key'] });
  });

  it('writes nothing over, does not lie in what it saves, and leaves nothing when it cannot be made', async () => {
    mkdirSync(kept);
    expect((await backup(['backup', kept, '--data', data])).errors).toContain('there is something of this name');
    expect((await backup(['backup', join(data, 'kept'), '--data', data])).errors).toContain('lost together with it');
    expect((await backup(['backup', join(folder, 'other'), '--data', kept])).errors).toContain('there is no event log');
    expect(readdirSync(folder).sort()).toEqual(['data', 'kept']);
  });

  it('refuses a ledger whose events are in KurrentDB, and says what of the directory is worth keeping', async () => {
    const record = textOfLedgerRecord({ eventStore: 'kurrentdb', namespace: 'ours' }, now);
    writeFileSync(join(data, 'ledger.json'), record);
    const refused = await backup(['backup', kept, '--data', data]);
    expect([refused.code, refused.errors]).toEqual([
      2,
      expect.stringContaining('back up and restore that as its manual'),
    ]);
    await backup(['backup', kept, '--data', data]);
    expect(existsSync(kept)).toBe(false);
  });

  it('of a damaged log is made all the same, and says what is wrong', async () => {
    const database = new DatabaseSync(join(data, 'events.db'));
    database.exec(`DROP TRIGGER groups_are_not_changed;
      UPDATE groups SET events = CAST(replace(CAST(events AS TEXT), ':7', ':8') AS BLOB)`);
    database.close();
    const made = await backup(['backup', kept, '--data', data]);
    expect([made.code, made.out]).toEqual([1, expect.stringContaining('finding: account-acme 7: its hash is wrong')]);
    const restored = await backup(['restore', kept, '--data', join(folder, 'new')]);
    expect([restored.code, restored.out]).toEqual([1, expect.stringContaining('its hash is wrong')]);
  });

  it('that the disk does not take leaves nothing behind', async () => {
    const small = ['sh', '-c', `trap '' XFSZ; ulimit -f 16; exec "$@"`, 'sh'];
    const ended = await launched(['backup', kept, '--data', data], small);
    expect(ended).toMatchObject({ code: 2, errors: expect.stringContaining('backup: ') });
    expect(readdirSync(folder)).toEqual(['data']);
  });
});

describe('a restore', () => {
  beforeEach(async () => {
    await backup(['backup', kept, '--data', data, '--with-keys']);
  });

  it('puts a backup into an empty directory', async () => {
    const fresh = join(folder, 'fresh');
    const restored = await backup(['restore', kept, '--data', fresh]);
    expect(restored.code).toBe(0);
    expect(restored.out).toContain('checked: 40 events in 1 streams');
    expect(restored.out).toContain('payment channels do not send notices again');
    expect(readdirSync(fresh).sort()).toEqual(['admin.key', 'events.db', 'instance.db', 'ledger.json']);
    expect([readMode(fresh), readMode(join(fresh, 'events.db')), readMode(join(fresh, 'admin.key'))]).toEqual([
      0o700, 0o600, 0o600,
    ]);
    expect(hashesIn(fresh)).toEqual(hashesIn(data));
    await written(fresh, 'account-beta', 1);
  });

  it('refuses a directory that holds something, until it may put that aside', async () => {
    await written(data, 'account-late', 3);
    writeFileSync(join(data, 'read-models-0.db'), 'of the old log');
    writeFileSync(join(data, 'webhook.key'), 'the key that the backup has not');
    const before = hashesIn(data);
    const refused = await backup(['restore', kept, '--data', data]);
    expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining('it is not empty')]);
    expect(hashesIn(data)).toEqual(before);
    const restored = await backup(['restore', kept, '--data', data, '--replace']);
    expect(restored.code).toBe(0);
    expect(restored.out).toContain('the old log has 43 events, this one 40');
    const aside = join(data, `replaced-${new Date(now).toISOString().replaceAll(':', '-')}`);
    expect(restored.out).toContain(`the old files are in ${aside}`);
    expect(readdirSync(aside)).toEqual(expect.arrayContaining(['admin.key', 'events.db']));
    expect(hashesIn(aside)).toEqual(before);
    expect(hashesIn(data)).toEqual(hashesIn(kept));
    expect(existsSync(join(data, 'read-models-0.db'))).toBe(false);
    // The backup has no such key, so the one that is there stays.
    expect(existsSync(join(data, 'webhook.key'))).toBe(true);
  });

  it('refuses a directory on which a process runs', async () => {
    const store = await SqliteEventStore.open(join(data, 'events.db'), { shared: true });
    const refused = await backup(['restore', kept, '--data', data, '--replace']);
    expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining('is open for writing already')]);
    await store.close();
    expect(readdirSync(data).some((name) => name.startsWith('replaced-'))).toBe(false);
  });

  it.each<readonly [string, () => void, string]>([
    [
      'without a manifest',
      () => {
        rmSync(join(kept, 'manifest.json'));
      },
      'there is no whole backup',
    ],
    [
      'with half a manifest',
      () => {
        writeFileSync(join(kept, 'manifest.json'), '{"format":"hold');
      },
      'is no JSON',
    ],
    [
      'of another format',
      () => {
        rewrite((one) => ({ ...one, format: 'holdfast-backup-9' }));
      },
      'no backup that this version knows',
    ],
    [
      'without its log',
      () => {
        rmSync(join(kept, 'events.db'));
      },
      'this file is missing',
    ],
    [
      'with one byte more',
      () => {
        appendFileSync(join(kept, 'ledger.json'), ' ');
      },
      'is not as its manifest has it',
    ],
    [
      'that names a file elsewhere',
      () => {
        rewrite((one) => ({ ...one, files: [...one.files, { name: '../x', bytes: 0, sha256: 'a'.repeat(64) }] }));
      },
      'no backup that this version knows',
    ],
    [
      'that names another checkpoint',
      () => {
        const other = { number: 1, events: 1, root: 'a'.repeat(64), keyId: 'b', at: new Date(now).toISOString() };
        rewrite((one) => ({ ...one, checkpoint: other }));
      },
      'its log is not as its manifest says',
    ],
    [
      'that leaves out a key that it says to have',
      () => {
        rewrite((one) => ({ ...one, files: one.files.filter(({ name }) => name !== 'admin.key') }));
      },
      'does not name the file',
    ],
    [
      'that counts other events',
      () => {
        rewrite((one) => ({ ...one, log: { ...(one['log'] as object), events: 41 } }));
      },
      'its log is not as its manifest says',
    ],
  ])('refuses a backup %s, and touches nothing', async (_, damage, why) => {
    damage();
    const before = readdirSync(data);
    const refused = await backup(['restore', kept, '--data', data, '--replace']);
    expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining(why)]);
    expect(readdirSync(data)).toEqual(before);
  });

  it('that is cut off at any step leaves the old ledger, or one that does not start; done again it is whole', async () => {
    await written(data, 'account-late', 3);
    writeFileSync(join(data, 'read-models-0.db'), '');
    const before = hashesIn(data);
    const steps: string[] = [];
    const scratch = join(folder, 'scratch');
    const run = async (cutOffAt: number): Promise<void> => {
      rmSync(scratch, { recursive: true, force: true });
      cpSync(data, scratch, { recursive: true });
      let step = 0;
      const reached = (name: string): void => {
        if (step === cutOffAt) throw new Error('cut off');
        step += 1;
        if (cutOffAt === Infinity) steps.push(name);
      };
      expect((await backup(['restore', kept, '--data', scratch, '--replace'], { reached })).code).toBe(
        step === cutOffAt ? 2 : 0,
      );
    };
    await run(Infinity);
    expect(steps.length).toBeGreaterThan(8);
    for (const cutOffAt of steps.keys()) {
      await run(cutOffAt);
      await expect(SqliteEventStore.open(join(scratch, 'events.db'))).rejects.toMatchObject({
        name: 'RestoreUnfinished',
      });
      expect((await backup(['restore', kept, '--data', scratch])).errors).toContain(
        'a restore into it was interrupted',
      );
      expect((await backup(['restore', kept, '--data', scratch, '--replace'])).code).toBe(0);
      expect(hashesIn(scratch)).toEqual(hashesIn(kept));
      const [aside = ''] = readdirSync(scratch).filter((name) => name.startsWith('replaced-'));
      expect(hashesIn(join(scratch, aside))).toEqual(before);
      expect(readdirSync(scratch).filter((name) => /^restore-|^readModels-/.test(name))).toEqual([]);
    }
  });
});

describe('what a restore says of checkpoints that were kept outside', () => {
  const said = async (text: string): Promise<string> => {
    const outside = join(folder, 'outside.jsonl');
    writeFileSync(outside, text);
    const restored = await backup(['restore', kept, '--data', join(folder, 'fresh'), '--checkpoint', outside]);
    expect(restored.code).toBe(0);
    return restored.out;
  };
  beforeEach(async () => {
    await backup(['backup', kept, '--data', data]);
  });

  it.each([
    ['is empty', ''],
    ['has nothing but a line that is torn', '{"number":1,"at":17'],
  ])('names no proof where the file %s', async (_, text) => {
    const out = await said(text);
    expect(out).toContain('there is no whole checkpoint in it: it proves nothing');
    expect(out).not.toContain('as signed');
  });

  it('counts no checkpoint that is not as it was signed', async () => {
    const out = await said(`${JSON.stringify(checkpoint)}\n`);
    expect(out).toContain('checkpoint 1 in it is not as it was signed: no proof');
    expect(out).toContain('nothing in it proves anything');
  });

  it('names each line that is torn', async () => {
    expect(await said('\n{"number":1,"at":17\n\n{}\n')).toMatch(/line 2 is torn[^]*line 4 is torn/);
  });

  it('is said of the restored ledger also where its own checkpoints cannot be read', async () => {
    await written(data, 'checkpoints', 1);
    rmSync(kept, { recursive: true });
    expect((await backup(['backup', kept, '--data', data])).code).toBe(1);
    const outside = join(folder, 'outside.jsonl');
    writeFileSync(outside, `${JSON.stringify(checkpoint)}\n`);
    const words = ['restore', kept, '--data', join(folder, 'fresh'), '--checkpoint', outside];
    const restored = await backup(words);
    expect([restored.code, restored.out]).toEqual([1, expect.stringContaining('cannot be read to compare')]);
  });
});

const checkpoint = {
  ...{ at: 1, number: 1, position: '1', events: 1, streams: 1, root: 'a'.repeat(64), previous: null },
  ...{ keyId: 'b'.repeat(16), signature: 'c'.repeat(128), publicKey: 'd'.repeat(64) },
};

it.each(['backup', 'restore'])('%s does not take an empty name for the directory in which it runs', async (command) => {
  const refused = await backup([command, kept, '--data', '']);
  expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining('It is empty')]);
});

it('a ledger.json that is damaged is in the way, and what to do is said', async () => {
  await backup(['backup', kept, '--data', data]);
  writeFileSync(join(data, 'ledger.json'), '{"version":1,"eve');
  const refused = await backup(['restore', kept, '--data', data, '--replace']);
  expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining(`move it out of ${data}`)]);
  rmSync(join(data, 'ledger.json'));
  expect((await backup(['restore', kept, '--data', data, '--replace'])).code).toBe(0);
});

it('of restores at once into a new directory one is made, and the others do not replace it', async () => {
  await backup(['backup', kept, '--data', data]);
  const fresh = join(folder, 'fresh');
  const ended = await Promise.all(Array.from({ length: 3 }, () => launched(['restore', kept, '--data', fresh])));
  expect(ended.map(({ code }) => code).sort()).toEqual([0, 2, 2]);
  expect(hashesIn(fresh)).toEqual(hashesIn(kept));
  expect(readdirSync(fresh).filter((name) => /^replaced-|^restore-/.test(name))).toEqual([]);
});
