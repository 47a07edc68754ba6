import { crc32 } from 'node:zlib';

/** Bytes of the checksum at the end of each line. */
const checksumBytes = ',"crc":"00000000"}'.length;

/**
 * What each line of a bundle ends with: the CRC-32 of its bytes up to there, continued from that of the line before. So a
 * line that was changed, left out, repeated or moved is found where it is. It is against accidents, which chains and
 * signatures do not locate where nothing else depends on a byte; a forger can make it again.
 */
export class LineChecksums {
  #last = 0;

  /** @param text a JSON object without its line's end. */
  added(text: string): string {
    const open = text.slice(0, -1);
    this.#last = crc32(open, this.#last);
    return `${open},"crc":"${digits(this.#last)}"}`;
  }

  /**
   * Whether a line, with its end, has the checksum that it must have. The one after it is measured by what this one says,
   * so that one change is found once.
   */
  fits(line: Buffer): boolean {
    const end = line.length - 1 - checksumBytes;
    const crc = crc32(line.subarray(0, Math.max(end, 0)), this.#last);
    const said = line.toString('latin1', Math.max(end, 0), line.length - 1);
    const right = said === `,"crc":"${digits(crc)}"}`;
    this.#last = right ? crc : Number.parseInt(said.slice(8, 16), 16) >>> 0;
    return right;
  }
}

function digits(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
