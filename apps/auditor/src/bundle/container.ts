import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib';

/*
 * A bundle is one gzip member (RFC 1952) whose ten header bytes are always the same: no name, no time, system unknown. So
 * no byte of a bundle can be changed without anybody noticing. It is written and read piece by piece.
 */

const header = Buffer.from('1f8b08000000000000ff', 'hex');
const trailerBytes = 8;

/** Bytes that are made at once. */
const chunkSize = 512 * 1024;

/** So much zlib's thread makes before it waits for this one, which may have other work. Typings know no stream options here. */
const zlibOptions = { chunkSize, readableHighWaterMark: 8 * chunkSize };

/** A bundle cannot be read any further. */
export class BundleDamaged extends Error {
  override readonly name = 'BundleDamaged';
}

/** Packs what is written to it into a stream, waiting where that does not take more. */
export class Packer {
  readonly #deflate = createDeflateRaw(zlibOptions);
  readonly #sink: Writable;
  readonly #piped: Promise<void>;
  #checksum = 0;
  #bytes = 0;
  #underWay = Promise.resolve();

  constructor(sink: Writable) {
    this.#sink = sink;
    const failed = new Promise<never>((_, reject) => sink.once('error', reject));
    this.#sink.write(header);
    this.#piped = Promise.race([failed, this.#pipe()]);
    // Told with what is written next, or at the end.
    this.#piped.catch(() => undefined);
  }

  /** Resolves when what was written before is packed: so another thread packs this while the caller makes the next. */
  async write(bytes: Buffer): Promise<void> {
    this.#checksum = crc32(bytes, this.#checksum);
    this.#bytes += bytes.length;
    const before = this.#underWay;
    this.#underWay = new Promise((resolve) => {
      this.#deflate.write(bytes, () => {
        resolve();
      });
    });
    // First what says that nothing is packed any more: then `before` is done with, too.
    await Promise.race([this.#piped, before]);
  }

  /** Resolves when everything was handed on; does not end the stream. */
  async end(): Promise<void> {
    this.#deflate.end();
    await this.#piped;
    const trailer = Buffer.alloc(trailerBytes);
    trailer.writeUInt32LE(this.#checksum, 0);
    trailer.writeUInt32LE(this.#bytes % 2 ** 32, 4);
    this.#sink.write(trailer);
  }

  async #pipe(): Promise<void> {
    for await (const piece of this.#deflate as AsyncIterable<Buffer>) {
      if (!this.#sink.write(piece)) await once(this.#sink, 'drain');
    }
  }
}

/**
 * Unpacks a bundle.
 *
 * @throws BundleDamaged where it is not as a {@link Packer} writes it.
 */
export async function* unpacked(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const body = new Body(pieces);
  const inflate = createInflateRaw(zlibOptions);
  const source = Readable.from(body.read(), { objectMode: false });
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  let checksum = 0;
  let bytes = 0;
  try {
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      checksum = crc32(piece, checksum);
      bytes += piece.length;
      yield piece;
    }
  } catch (error) {
    throw damaged(error);
  } finally {
    source.destroy();
  }
  if (!body.isOver || inflate.bytesWritten !== body.bytes) throw new BundleDamaged('something stands behind its end');
  if (body.trailer.readUInt32LE(0) !== checksum) throw new BundleDamaged('its checksum is wrong');
  if (body.trailer.readUInt32LE(4) !== bytes % 2 ** 32) throw new BundleDamaged('its length is wrong');
}

/** Unpacks a bundle in a file. */
export function unpackedFile(file: string): AsyncGenerator<Buffer, void> {
  return unpacked(createReadStream(file, { highWaterMark: chunkSize }) as AsyncIterable<Buffer>);
}

function damaged(error: unknown): BundleDamaged {
  const { name, message } = error as Error;
  return new BundleDamaged(name === 'BundleDamaged' ? message : `it cannot be unpacked: ${message}`);
}

/** What stands between header and trailer. */
class Body {
  readonly #pieces: AsyncIterable<Buffer>;
  /** Handed on so far. */
  bytes = 0;
  isOver = false;
  trailer: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces;
  }

  async *read(): AsyncGenerator<Buffer, void> {
    let kept: Buffer = Buffer.alloc(0);
    let headed = false;
    for await (const piece of this.#pieces) {
      kept = Buffer.concat([kept, piece]);
      if (!headed && kept.length >= header.length) {
        if (!kept.subarray(0, header.length).equals(header)) throw new BundleDamaged('it does not begin as a bundle');
        kept = kept.subarray(header.length);
        headed = true;
      }
      const ready = headed ? kept.length - trailerBytes : 0;
      if (ready <= 0) continue;
      this.bytes += ready;
      yield kept.subarray(0, ready);
      kept = kept.subarray(ready);
    }
    if (!headed || kept.length < trailerBytes) throw new BundleDamaged('it is too short');
    this.trailer = kept;
    this.isOver = true;
  }
}
