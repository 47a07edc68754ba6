/** SQLITE_CORRUPT and SQLITE_NOTADB, in any of their forms. */
export function isDamage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return false;
  const { errcode } = error;
  return typeof errcode === 'number' && [11, 26].includes(errcode & 0xff);
}
