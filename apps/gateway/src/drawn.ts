/**
 * A number from 0 to below 1 that depends on the seed and the name alone, whatever was drawn before: so that a run can
 * be repeated though its calls overlap. FNV-1a, then the finaliser of MurmurHash3.
 */
export function drawn(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
