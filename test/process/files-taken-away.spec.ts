import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Dice } from '../support/dice.ts';
import { EventRecord } from '../support/event-record.ts';
import { DataDirectory, Service } from '../support/service.ts';
import { Client } from '../support/traffic.ts';
import { until } from '../support/until.ts';

let data: DataDirectory;
let directory: string;
let service: Service;

beforeEach(async () => {
  data = new DataDirectory();
  directory = join(data.path, 'data');
  service = await Service.start(directory);
  await service.admin.done('/v1/accounts', { accountId: 'acme' });
  await service.admin.done('/v1/accounts/acme/deposits', { depositId: 'first', amount: '1000000' });
});
afterEach(async () => {
  await service.kill();
  data.delete();
});

const inData = (name: string): string => join(directory, name);

function deleteFile(name: string): void {
  rmSync(inData(name));
}

/** As `mv other name` does it. */
function replaceFile(name: string): void {
  writeFileSync(inData('other'), '', { mode: 0o600 });
  renameSync(inData('other'), inData(name));
}

/** What the process saved before it ended becomes the log. */
function putRescuedInPlace(): void {
  const [rescued = ''] = readdirSync(directory).filter((name) => name.startsWith('events.db.rescued-'));
  renameSync(inData(rescued), inData('events.db'));
}

const nothing = (): void => undefined;

interface Scenario {
  readonly what: string;
  readonly takeAway: () => void;
  readonly said: string;
  readonly mend: () => void;
}

const scenarios: readonly Scenario[] = [
  {
    what: 'its log is deleted',
    takeAway: () => {
      deleteFile('events.db');
    },
    said: 'events.db was deleted or renamed while it was in use; all that was committed is in',
    mend: putRescuedInPlace,
  },
  {
    what: 'its log is replaced',
    takeAway: () => {
      replaceFile('events.db');
    },
    said: 'events.db was replaced while it was in use; all that was committed is in',
    mend: putRescuedInPlace,
  },
  {
    what: 'the write-ahead log is deleted',
    takeAway: () => {
      deleteFile('events.db-wal');
    },
    said: 'events.db-wal was deleted or renamed while it was in use; all that was committed is in events.db now',
    mend: nothing,
  },
  {
    what: 'the index of the write-ahead log is deleted',
    takeAway: () => {
      deleteFile('events.db-shm');
    },
    said: 'events.db-shm was deleted or renamed while it was in use; all that was committed is in events.db now',
    mend: nothing,
  },
  {
    what: 'the file that keeps other processes out is deleted',
    takeAway: () => {
      deleteFile('instance.db');
    },
    said: 'instance.db was deleted or renamed while it was in use',
    mend: nothing,
  },
  {
    what: 'its directory is renamed, and another stands there',
    takeAway: () => {
      renameSync(directory, join(data.path, 'renamed'));
      mkdirSync(directory, { mode: 0o700 });
    },
    said: 'events.db was deleted or renamed while it was in use',
    mend: () => {
      rmSync(directory, { recursive: true });
      renameSync(join(data.path, 'renamed'), directory);
    },
  },
];

describe.each(scenarios)('a service of which $what', ({ takeAway, said, mend }) => {
  it('promises nothing that is lost: it ends, and says what to do', async () => {
    const clients = Array.from({ length: 12 }, (_, n) => new Client(`c${String(n)}`, ['acme'], new Dice(n)));
    const working = clients.map((client) => client.work(service.admin));
    const answered = () => clients.flatMap(({ errands }) => errands).filter(({ answer }) => answer !== undefined);
    await until(() => answered().length >= 50);
    takeAway();
    const { code, stdout } = await service.ended;
    await Promise.all(working);
    expect(code).toBe(1);
    expect(stdout).toContain(said);

    mend();
    service = await Service.start(directory);
    const { names } = await new EventRecord('acme').readOn(service.admin);
    expect(answered().filter(({ event }) => !names.includes(event))).toEqual([]);
  });

  it('notices by itself when nobody writes', async () => {
    takeAway();
    const { code, stdout } = await service.ended;
    expect(code).toBe(1);
    expect(stdout).toContain(said);
  });
});

describe('a service whose log was deleted', () => {
  it('saves what it has committed also when it is stopped at that moment', async () => {
    deleteFile('events.db');
    const { code, stdout } = await service.stop();
    expect(code).toBe(1);
    expect(stdout).toContain('all that was committed is in');
    putRescuedInPlace();
    service = await Service.start(directory);
    expect((await new EventRecord('acme').readOn(service.admin)).names).toHaveLength(2);
  });

  it('does not begin an empty one', async () => {
    deleteFile('events.db');
    await service.ended;
    const { code, stdout } = await Service.launch(directory).ended;
    expect(code).toBe(1);
    expect(stdout).toContain('events.db is gone');
  });
});

interface Ready {
  readonly ready: boolean;
  readonly degraded?: readonly string[];
}

describe('a service of which something else is taken away', () => {
  it.each([
    ['read-models-0.db', 'read-models-0.db was deleted or replaced while it was in use'],
    ['signing.key', 'signing.key is gone: put it back before the next start'],
    ['ledger.json', 'ledger.json is gone: put it back before the next start'],
  ])('goes on, and says so: %s', async (name, said) => {
    const ready = async (): Promise<Ready> => JSON.parse((await service.admin.get('/health/ready')).text) as Ready;
    await service.admin.done('/v1/checkpoints', {});
    expect(await ready()).toEqual({ ready: true });
    deleteFile(name);
    await service.admin.done('/v1/accounts/acme/deposits', { depositId: 'second', amount: '1' });
    await until(async () => (await ready()).degraded?.some((why) => why.startsWith(said)) === true);
    expect((await ready()).ready).toBe(true);
  });
});
