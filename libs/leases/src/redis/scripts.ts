/*
 * Each script runs in Redis as one step. A lease is the key `<prefix>:lease:<account>` with its holder's token; the wish
 * of another process for it is `<prefix>:wanted:<account>` with that one's token. Both run out by themselves.
 */

/** KEYS lease, wanted. ARGV token, leaseMs, wantedMs. 1: the lease is held now; 0: it is not, and that is noted. */
export const takeScript = `
  local holder = redis.call('GET', KEYS[1])
  if holder == ARGV[1] then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
    return 1
  end
  local wanted = redis.call('GET', KEYS[2])
  if wanted and wanted ~= ARGV[1] then return 0 end
  if not holder and redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
    redis.call('DEL', KEYS[2])
    return 1
  end
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
  return 0
`;

/** What the holder tells of a lease at a renewal. */
export const use = { idle: '0', used: '1', busy: '2' } as const;
export type Use = (typeof use)[keyof typeof use];

/** What it learns. */
export const renewal = { lost: 0, kept: 1, wanted: 2, handedOver: 3 } as const;

/**
 * KEYS lease and wanted of each, in turn. ARGV token, leaseMs, then the use of each. A lease in use is renewed; one that
 * is wanted and not busy is given up on the spot. Returns a `renewal` for each.
 */
export const renewScript = `
  local learnt = {}
  for i = 1, #KEYS / 2 do
    local lease, use = KEYS[2 * i - 1], ARGV[2 + i]
    if redis.call('GET', lease) ~= ARGV[1] then
      learnt[i] = ${String(renewal.lost)}
    else
      local wanted = redis.call('EXISTS', KEYS[2 * i]) == 1
      if wanted and use ~= '${use.busy}' then
        redis.call('DEL', lease)
        learnt[i] = ${String(renewal.handedOver)}
      else
        if use ~= '${use.idle}' then redis.call('PEXPIRE', lease, ARGV[2]) end
        learnt[i] = wanted and ${String(renewal.wanted)} or ${String(renewal.kept)}
      end
    end
  end
  return learnt
`;

/** KEYS leases. ARGV token. Deletes those that are still the caller's own. */
export const releaseScript = `
  for i = 1, #KEYS do
    if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end
  end
  return #KEYS
`;
