/*
 * Each script runs in Redis as one step. A lease is a key with its holder's token. Who wants it while another process
 * holds it makes a wish: `wish` keeps the lease, once it is free, for the one whose token is in it, and the account is put
 * into the set of wishes that its holder looks through. All of them run out by themselves.
 */

/** KEYS lease, wish. ARGV token, leaseMs. 1: the lease is held now; 0: another process has it, or wants it. */
export const takeScript = `
  local holder = redis.call('GET', KEYS[1])
  if holder == ARGV[1] then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
    return 1
  end
  local wish = redis.call('GET', KEYS[2])
  if holder or (wish and wish ~= ARGV[1]) then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
  redis.call('DEL', KEYS[2])
  return 1
`;

/**
 * KEYS lease, wish. ARGV token, wishMs, beginning of the names of all sets of wishes, account. Where another process
 * holds the lease, the account goes into that one's set, until which it is not the script's to know.
 */
export const wishScript = `
  redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
  if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
  local holder = redis.call('GET', KEYS[1])
  if not holder or holder == ARGV[1] then return 0 end
  redis.call('SADD', ARGV[3] .. holder, ARGV[4])
  redis.call('PEXPIRE', ARGV[3] .. holder, ARGV[2])
  return 1
`;

/** KEYS the caller's set of wishes. Returns the accounts in it and empties it. */
export const wishesScript = `
  local accounts = redis.call('SMEMBERS', KEYS[1])
  redis.call('DEL', KEYS[1])
  return accounts
`;

/** KEYS leases. ARGV token, leaseMs. 1 for each that is the caller's own still, and is renewed; 0 for the others. */
export const renewScript = `
  local kept = {}
  for i = 1, #KEYS do
    kept[i] = redis.call('GET', KEYS[i]) == ARGV[1] and redis.call('PEXPIRE', KEYS[i], ARGV[2]) or 0
  end
  return kept
`;

/** KEYS leases. ARGV token. Deletes those that are the caller's own still. */
export const releaseScript = `
  for i = 1, #KEYS do
    if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end
  end
  return #KEYS
`;
