import type { DatabaseSync } from 'node:sqlite';
import { type FilterLimits, filterLimits } from '../limits.ts';
import { IdFilter } from './id-filter.ts';
import { FilterWriter, storedFilter } from './stored-filter.ts';

/**
 * Fills the filter of hold ids, and keeps its segments in the read model file, so that it need not be made from all holds at
 * every start: they are written whenever so many ids have come that making those again would take a moment, together with
 * the number of the last hold in them. What came after it is read from the holds; all of them if what is in the file is
 * not as it was written.
 *
 * An id is added before its hold is written, and stays if that is rolled back: the filter may know too much, and must
 * never know too little.
 */
export class FilterKeeper {
  readonly filter: IdFilter;
  readonly #segments: SharedArrayBuffer[] = [];
  /** Segments that the file does not have as they are. */
  readonly #changed = new Set<number>();
  /** Checksums of the segments in the file. */
  readonly #crcs: number[] = [];
  readonly #writer: FilterWriter;
  #report: ((segment: SharedArrayBuffer) => void) | undefined;
  #reportedCount = 0;
  readonly #limits: FilterLimits;
  #idsInLast: number;
  #unsaved = 0;
  #wrote = false;

  constructor(database: DatabaseSync, limits: FilterLimits = filterLimits) {
    this.#limits = limits;
    this.filter = new IdFilter(limits);
    this.#idsInLast = limits.segmentIds;
    this.#writer = new FilterWriter(database);
    this.#load(database);
  }

  /**
   * Tells of every segment, those that there are already at once, others when the first of their holds are committed. To
   * be called once.
   */
  onSegment(onAdded: (segment: SharedArrayBuffer) => void): void {
    this.#report = onAdded;
    this.#reportNew();
  }

  add(accountId: string, holdId: string): void {
    if (this.#idsInLast >= this.#limits.segmentIds) this.#begin(0);
    this.filter.add(accountId, holdId);
    this.#changed.add(this.#segments.length - 1);
    this.#idsInLast += 1;
    this.#unsaved += 1;
  }

  /** To be called in the transaction that writes holds, after them. */
  writeIfDue(): void {
    if (this.#unsaved < this.#limits.savedEveryIds) return;
    for (const number of this.#changed) {
      const ids = number === this.#segments.length - 1 ? this.#idsInLast : this.#limits.segmentIds;
      const segment = this.#segments[number];
      if (segment !== undefined)
        this.#crcs[number] = this.#writer.segment(number, ids, new Uint8Array(segment).slice());
    }
    this.#writer.reach(this.#crcs);
    this.#wrote = true;
  }

  /** The transaction is committed. */
  committed(): void {
    this.#reportNew();
    if (!this.#wrote) return;
    this.#wrote = false;
    this.#changed.clear();
    this.#unsaved = 0;
  }

  /** The transaction was rolled back. */
  rolledBack(): void {
    this.#wrote = false;
  }

  #begin(ids: number): SharedArrayBuffer {
    const segment = this.filter.addSegment();
    this.#segments.push(segment);
    this.#idsInLast = ids;
    return segment;
  }

  #reportNew(): void {
    if (this.#report === undefined) return;
    for (const segment of this.#segments.slice(this.#reportedCount)) this.#report(segment);
    this.#reportedCount = this.#segments.length;
  }

  #load(database: DatabaseSync): void {
    const stored = storedFilter(database);
    if (stored === undefined) database.exec('DELETE FROM filter_segments; DELETE FROM filter_reach');
    for (const { ids, bits, crc } of stored?.segments ?? []) {
      new Uint8Array(this.#begin(ids)).set(bits);
      this.#crcs.push(crc);
    }
    const later = database.prepare(
      'SELECT a.account_id, h.hold_id FROM holds AS h JOIN accounts AS a ON a.number = h.account WHERE h.hold > ?',
    );
    for (const row of later.iterate(stored?.lastHold ?? 0)) this.add(String(row['account_id']), String(row['hold_id']));
  }
}
