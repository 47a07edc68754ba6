import { afterEach, expect, it } from '@jest/globals';
import { type Logger, readConfig } from '#runtime';
import { RedisServer } from '../../../test/support/redis-server.ts';
import { describeWith, redis as redisServer } from '../../../test/support/tools.ts';
import { until } from '../../../test/support/until.ts';
import { openSharing, type Sharing } from './sharing.ts';

const describe = describeWith(redisServer);

let server: RedisServer;
let sharing: Sharing;

afterEach(async () => {
  await sharing.close();
  await server.stop();
});

const logged: string[] = [];
const logger = { error: (text: string) => logged.push(text) } as unknown as Logger;

async function open(user: string): Promise<void> {
  server = await RedisServer.start('--requirepass', 'right');
  logged.length = 0;
  sharing = await openSharing(readConfig({ REDIS_URL: server.url.replace('//', `//${user}`) }), logger);
}

/** Since it was started: every look at it is one, too. */
function connections(): number {
  const stats = server.ask('--no-auth-warning', '-a', 'right', 'INFO', 'stats');
  return Number(/total_connections_received:(\d+)/.exec(stats)?.[1]);
}

describe('a Redis that does not take what REDIS_URL says', () => {
  it.each([
    ['a wrong password', ':wrong@', 'Redis refuses the user or the password in REDIS_URL (WRONGPASS)'],
    ['a user that is not there', 'nobody:right@', 'Redis refuses the user or the password in REDIS_URL (WRONGPASS)'],
    ['no password', '', 'Redis wants a password, and REDIS_URL has none (NOAUTH)'],
  ])('says so of %s, plainly and once', async (_, user, refusal) => {
    await open(user);
    const said = `${refusal}: this process works without leases`;
    await until(() => sharing.degraded().includes(said) && connections() > 20);
    expect(sharing.degraded()).toEqual([said]);
    expect(logged).toEqual([said]);
  });

  it('is not confused with one that is away', async () => {
    await open(':wrong@');
    await until(() => logged.length > 0);
    await server.kill();
    await until(() => sharing.degraded()[0]?.startsWith('Redis is unavailable') === true);
  });

  it('is none with the right password', async () => {
    await open(':right@');
    await until(() => sharing.leases?.state().mode === 'working');
    expect(sharing.degraded()).toEqual([]);
    expect(logged).toEqual([]);
  });
});
