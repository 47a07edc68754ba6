import type { Leases, TimeReference } from '#operations';
import type { Config } from '#runtime';

/** What the processes of one ledger share in Redis, beside alarms. */
export interface Sharing {
  /** Undefined where there is nobody to share accounts with. */
  readonly leases: Leases | undefined;
  /** Undefined where there is no common clock. */
  readonly time: TimeReference | undefined;
  readonly close: () => Promise<void>;
}

const nothing: Sharing = { leases: undefined, time: undefined, close: () => Promise.resolve() };

/** Loads the client of Redis only where there is one: it takes longer to load than everything else of ours. */
export async function openSharing({ redisUrl, namespace, leases: wanted }: Config): Promise<Sharing> {
  if (redisUrl === undefined) return nothing;
  const { NoLeases, RedisLeases, RedisTime } = await import('#leases');
  const leases = wanted ? new RedisLeases({ url: redisUrl, prefix: namespace }) : new NoLeases();
  const time = new RedisTime(redisUrl);
  return {
    leases,
    time,
    close: async () => {
      await leases.close();
      time.close();
    },
  };
}
