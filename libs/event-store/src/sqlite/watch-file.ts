import type { LogReader } from './log-reader.ts';

/** How often the file is asked whether it has changed, in ms. */
const askIntervalMs = 20;

/**
 * Calls `changed` soon after anybody has written to the file, this process included. Does not keep the process alive.
 *
 * @returns ends it; to be called before the reader is closed.
 */
export function watchFile(reader: LogReader, changed: () => void): () => void {
  let seen = readVersion(reader);
  const timer = setInterval(() => {
    const version = readVersion(reader) ?? seen;
    if (version === seen) return;
    seen = version;
    changed();
  }, askIntervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** A file that cannot be read just now is asked again; whoever reads it is told why it cannot. */
function readVersion(reader: LogReader): number | undefined {
  try {
    return reader.version();
  } catch {
    return undefined;
  }
}
