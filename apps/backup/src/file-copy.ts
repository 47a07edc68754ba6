import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeFileSync } from 'node:fs';

const chunkBytes = 1 << 20;

/** What a file is known again by. */
export interface FilePrint {
  readonly bytes: number;
  readonly sha256: string;
}

export function fingerprint(file: string): FilePrint {
  return passed(file, () => undefined);
}

/** Copies a file to a new one, to the disk, and returns the print of what was read. @throws Error if that is there. */
export function copyWhole(from: string, to: string, mode: number): FilePrint {
  const target = openSync(to, 'wx', mode);
  try {
    const print = passed(from, (chunk) => {
      writeFileSync(target, chunk);
    });
    fsyncSync(target);
    return print;
  } finally {
    closeSync(target);
  }
}

function passed(file: string, take: (chunk: Buffer) => void): FilePrint {
  const source = openSync(file, 'r');
  const digest = createHash('sha256');
  const buffer = Buffer.alloc(chunkBytes);
  let bytes = 0;
  try {
    for (let read = readSync(source, buffer); read > 0; read = readSync(source, buffer)) {
      const chunk = buffer.subarray(0, read);
      digest.update(chunk);
      take(chunk);
      bytes += read;
    }
  } finally {
    closeSync(source);
  }
  return { bytes, sha256: digest.digest('hex') };
}
