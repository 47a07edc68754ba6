export { NoLeases } from './none/no-leases.ts';
export { RedisLeases } from './redis/redis-leases.ts';
export type { RedisLeasesOptions } from './redis/redis-leases.ts';
export { RedisTime } from './redis/redis-time.ts';
