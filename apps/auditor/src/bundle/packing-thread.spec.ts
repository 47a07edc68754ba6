import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ledger, packLines, smallLedger, splitLines, unpack } from '../../testing/bundles.ts';
import { Packer } from './container.ts';
import { PackingThread } from './packing-thread.ts';

let ledger: Ledger;
let thread: PackingThread | undefined;

beforeAll(async () => {
  ledger = await smallLedger();
});
afterEach(async () => {
  await thread?.stop();
});

/** Takes some bytes, and no more. */
class Full extends Writable {
  bytes = 0;

  override _write(piece: Buffer, _: string, done: (error?: Error) => void): void {
    this.bytes += piece.length;
    done(this.bytes > 1_000_000 ? new Error('it is full') : undefined);
  }
}

describe('a packer', () => {
  it('says soon that its sink takes no more', async () => {
    const packer = new Packer(new Full());
    let written = 0;
    const more = async (): Promise<void> => {
      for (; written < 1_000; written += 1) await packer.write(randomBytes(100_000));
    };
    await expect(more()).rejects.toThrow('it is full');
    expect(written).toBeLessThan(100);
  });
});

describe('a thread that packs', () => {
  it('writes the same bytes as one that makes the lines, too', async () => {
    const packed = await packLines(ledger);
    const all = splitLines(unpack(packed)).map((line) => line.replace(/,"crc":"[0-9a-f]{8}"\}$/, '}'));
    const { kind, sha256, ...counts } = JSON.parse(all.pop() ?? '') as Record<string, never>;
    const file = join(ledger.directory, 'bundle');
    writeFileSync(file, '');
    thread = new PackingThread(file);
    for (const line of all) await thread.take([line]);
    expect(await thread.finish(counts as never)).toBe(sha256);
    expect(kind).toBe('manifest');
    expect(readFileSync(file).equals(packed)).toBe(true);
  });

  it('says that it cannot write, also of what comes after that', async () => {
    thread = new PackingThread('/dev/full');
    const more = async (): Promise<void> => {
      // Random, so that something is left to write.
      for (;;) await thread?.take([JSON.stringify({ noise: crypto.randomUUID().repeat(1_000) })]);
    };
    await expect(more()).rejects.toThrow('ENOSPC');
    await expect(thread.take(['{}']).then(() => thread?.take(['{}']))).rejects.toThrow('ENOSPC');
  });
});
