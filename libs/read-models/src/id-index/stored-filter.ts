import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';

/** A segment of the filter as it lies in the read model file. */
export interface StoredSegment {
  readonly ids: number;
  readonly bits: Uint8Array;
  /** Over its number, `ids` and `bits`. */
  readonly crc: number;
}

export interface StoredFilter {
  readonly segments: readonly StoredSegment[];
  /** Number of the last hold in them; 0: none. */
  readonly lastHold: number;
}

/**
 * The filter that is in a read model file, or undefined where it is not whole as it was written: a single bit that is gone
 * would call a used id new, so every segment has a checksum, and what ties them together has one over all of them.
 */
export function storedFilter(database: DatabaseSync): StoredFilter | undefined {
  const rows = database.prepare('SELECT segment, ids, bits, crc FROM filter_segments ORDER BY segment');
  const segments: StoredSegment[] = [];
  for (const row of rows.iterate()) {
    const segment = { ids: Number(row['ids']), bits: row['bits'] as Uint8Array, crc: Number(row['crc']) };
    if (row['segment'] !== segments.length || segment.crc !== computeCrc(segments.length, segment)) return undefined;
    segments.push(segment);
  }
  const reach = database.prepare('SELECT last_hold, crc FROM filter_reach').get();
  if (reach === undefined) return segments.length === 0 ? { segments, lastHold: 0 } : undefined;
  const lastHold = Number(reach['last_hold']);
  return reach['crc'] === reachCrc(lastHold, segments) ? { segments, lastHold } : undefined;
}

/** Writes segments of a filter, and then how far it reaches. */
export class FilterWriter {
  readonly #segment: StatementSync;
  readonly #reach: StatementSync;
  readonly #lastHold: StatementSync;

  constructor(database: DatabaseSync) {
    this.#segment = database.prepare(
      'INSERT OR REPLACE INTO filter_segments (segment, ids, bits, crc) VALUES (?, ?, ?, ?)',
    );
    this.#reach = database.prepare('INSERT OR REPLACE INTO filter_reach (only, last_hold, crc) VALUES (1, ?, ?)');
    this.#lastHold = database.prepare('SELECT coalesce(max(hold), 0) AS hold FROM holds');
  }

  /** Returns its checksum. */
  segment(number: number, ids: number, bits: Uint8Array): number {
    const crc = computeCrc(number, { ids, bits });
    this.#segment.run(number, ids, bits, crc);
    return crc;
  }

  /** All holds that there are are in segments with these checksums. */
  reach(crcs: readonly number[]): void {
    const lastHold = Number(this.#lastHold.get()?.['hold']);
    this.#reach.run(
      lastHold,
      reachCrc(
        lastHold,
        crcs.map((crc) => ({ crc })),
      ),
    );
  }
}

function computeCrc(number: number, { ids, bits }: Pick<StoredSegment, 'ids' | 'bits'>): number {
  return crc32(bits, crc32(`${String(number)} ${String(ids)} `));
}

function reachCrc(lastHold: number, segments: readonly Pick<StoredSegment, 'crc'>[]): number {
  return crc32(`${String(lastHold)} ${segments.map(({ crc }) => String(crc)).join(' ')}`);
}
