import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller } from '../support/caller.ts';
import { DataDirectory, type Ending, Service, type StartOptions } from '../support/service.ts';

/** The most open umask that there is. */
const openUmask = ['sh', '-c', 'umask 0; exec "$@"', 'sh'];

let data: DataDirectory;
let directory: string;

beforeEach(() => {
  data = new DataDirectory();
  directory = join(data.path, 'made', 'data');
});
afterEach(() => {
  data.delete();
});

const readMode = (path: string): string => (statSync(path).mode & 0o777).toString(8).padStart(4, '0');

/** Modes of everything in the directory, by name. */
function modes(): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readMode(join(directory, name))]));
}

/** Starts it where it must not start. */
async function refused(options: StartOptions = {}): Promise<Ending> {
  const service = Service.launch(directory, options);
  return service.ended;
}

async function startAndStop(options: StartOptions = {}): Promise<void> {
  const service = await Service.start(directory, options);
  await service.stop();
}

describe('what a ledger keeps', () => {
  it('is for its owner only, whatever the umask is', async () => {
    const checkpoints = join(data.path, 'outside.jsonl');
    const service = await Service.start(directory, {
      through: openUmask,
      environment: { HOLDFAST_CHECKPOINT_FILE: checkpoints, HOLDFAST_ADMIN_KEY: '' },
    });
    expect(readMode(join(data.path, 'made'))).toBe('0700');
    expect(readMode(directory)).toBe('0700');
    const found = modes();
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining([
        ...['events.db', 'events.db-wal', 'events.db-shm', 'instance.db', 'ledger.json', 'admin.key'],
        ...['read-models-0.db', 'read-models-0.db-wal', 'read-models-0.db-shm', 'read-models-0.lock'],
      ]),
    );
    const key = readFileSync(join(directory, 'admin.key'), 'utf8').trim();
    const admin = new Caller(service.url, key);
    await admin.done('/v1/accounts', { accountId: 'acme' });
    await admin.done('/v1/checkpoints', {});
    await service.stop();
    expect(readMode(checkpoints)).toBe('0600');
    expect(Object.entries(found).filter(([, mode]) => mode !== '0600')).toEqual([]);
  });

  it('is not served from a directory that others can get at, which says what mends it', async () => {
    await startAndStop();
    chmodSync(directory, 0o755);
    const { code, stdout } = await refused();
    expect(code).toBe(1);
    expect(stdout).toContain('users other than its owner can access this data directory: it has mode 0755');
    expect(stdout).toContain(`chmod -R go= ${directory} corrects it; HOLDFAST_ALLOW_WIDE_MODES=true allows it`);
    await startAndStop({ environment: { HOLDFAST_ALLOW_WIDE_MODES: 'true' } });
    chmodSync(directory, 0o700);
    await startAndStop();
  });

  it.each(['events.db', 'admin.key', 'signing.key'])(
    'is not served where %s alone can be read by others',
    async (name) => {
      const environment = { HOLDFAST_ADMIN_KEY: '' };
      const service = await Service.start(directory, { environment });
      await service.stop();
      chmodSync(join(directory, name), 0o640);
      const { code, stdout } = await refused({ environment });
      expect(code).toBe(1);
      expect(stdout).toContain(`${name} has mode 0640`);
      await startAndStop({ environment: { ...environment, HOLDFAST_ALLOW_WIDE_MODES: 'true' } });
    },
  );

  it('is looked at before anything is made in a directory that is there already', async () => {
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, 0o770);
    expect((await refused({ app: 'worker', environment: { REDIS_URL: 'redis://127.0.0.1:1' } })).code).toBe(1);
    expect((await refused()).code).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });
});
