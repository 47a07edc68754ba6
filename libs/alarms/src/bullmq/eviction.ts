import type { Redis } from 'ioredis';

/** This Redis must not be used for alarms; the message says what to do. */
export class AlarmsNotSafe extends Error {
  override readonly name = 'AlarmsNotSafe';
}

/**
 * A Redis that evicts keys when its memory is full takes single keys out of BullMQ's structures, which then stop working
 * without a word. `INFO` is asked because `CONFIG` is forbidden on many hosted ones.
 *
 * @throws AlarmsNotSafe if the policy is another than `noeviction`.
 */
export async function checkEviction(redis: Redis): Promise<void> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  throw new AlarmsNotSafe(
    `the Redis for alarms has maxmemory-policy ${policy} and may throw alarms away: set it to noeviction ` +
      '(maxmemory-policy noeviction in redis.conf, or CONFIG SET maxmemory-policy noeviction)',
  );
}
