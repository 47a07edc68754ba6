import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes durable which files a folder has. Where folders cannot be opened, as on Windows, the file system does so itself. */
export function syncFolder(folder: string): void {
  let opened: number;
  try {
    opened = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(opened);
  } catch {
    // Some network file systems know no such thing.
  } finally {
    closeSync(opened);
  }
}
