/** Primary result codes of SQLite; the extended ones carry them in their low byte. */
const busyCode = 5;
const fullCode = 13;
const protocolCode = 15;
const primaryCodeMask = 0xff;

/** Another connection has the lock, or had it each time that SQLite itself tried again. */
export function isBusy(error: unknown): boolean {
  const code = readPrimaryCode(error);
  return code === busyCode || code === protocolCode;
}

/** The disk, or what the file may take of it, is full. */
export function isFull(error: unknown): boolean {
  return readPrimaryCode(error) === fullCode;
}

function readPrimaryCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & primaryCodeMask : undefined;
}
