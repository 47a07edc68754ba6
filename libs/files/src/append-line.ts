import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeFileSync } from 'node:fs';

const newline = 10;

/**
 * Appends a line to a text file and returns when it is on disk. Where the last line was torn, because the disk was full or
 * the power went, it begins a new one: what is torn stays and spoils no other line.
 *
 * @throws Error if not all of it could be written: then the line is torn.
 */
export function appendLine(file: string, line: string, mode: number): void {
  const opened = openSync(file, 'a+', mode);
  try {
    // Not `writeSync`, which may write less than it is given.
    writeFileSync(opened, `${isTorn(opened) ? '\n' : ''}${line}\n`);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function isTorn(opened: number): boolean {
  const { size } = fstatSync(opened);
  if (size === 0) return false;
  const last = new Uint8Array(1);
  readSync(opened, last, 0, 1, size - 1);
  return last[0] !== newline;
}
