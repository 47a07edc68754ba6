/**
 * SQLITE_CORRUPT and SQLITE_NOTADB, in any of their forms, and SQLITE_ERROR: whoever reads a log has statements that fit the
 * tables as they are made, so that one that fails means other tables. A number that is too large for anything is none
 * that was ever written.
 */
export function isDamage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && error.code === 'ERR_OUT_OF_RANGE') return true;
  if (!('errcode' in error)) return false;
  const { errcode } = error;
  return typeof errcode === 'number' && [1, 11, 26].includes(errcode & 0xff);
}
