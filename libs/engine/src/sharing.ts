import type { Leases, TimeReference } from '#application';
import type { Config, Logger } from '#runtime';

/** What the processes of one ledger share in Redis, beside alarms. */
export interface Sharing {
  /** Undefined where there is nobody to share accounts with. */
  readonly leases: Leases | undefined;
  /** Undefined where there is no common clock. */
  readonly time: TimeReference | undefined;
  /** What is away of it. */
  readonly degraded: () => readonly string[];
  readonly close: () => Promise<void>;
}

const nothing: Sharing = {
  leases: undefined,
  time: undefined,
  degraded: () => [],
  close: () => Promise.resolve(),
};

/** Loads the client of Redis only where there is one: it takes longer to load than everything else of ours. */
export async function openSharing({ redisUrl, namespace, leases: wanted }: Config, logger: Logger): Promise<Sharing> {
  if (redisUrl === undefined) return nothing;
  const { NoLeases, RedisLeases, RedisTime } = await import('#leases');
  const refused = (refusal: string): void => {
    logger.error(without(refusal));
  };
  const leases = wanted ? new RedisLeases({ url: redisUrl, prefix: namespace, refused }) : new NoLeases();
  const time = new RedisTime(redisUrl);
  return {
    leases,
    time,
    degraded: () => {
      const { mode, refusal } = leases.state();
      return mode === 'away' ? [without(refusal ?? 'Redis is unavailable')] : [];
    },
    close: async () => {
      await leases.close();
      time.close();
    },
  };
}

function without(why: string): string {
  return `${why}: this process works without leases`;
}
