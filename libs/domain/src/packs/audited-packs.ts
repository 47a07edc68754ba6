import type { Violation } from '../core/violation.ts';
import { type AuditedPack, checkCounts, owedFor } from './audited-pack.ts';

/** The packs of one account as an audit has them, and which of them an event has touched. */
export class AuditedPacks {
  /** Owed in units for what was paid. */
  liability = 0n;
  readonly #packs = new Map<string, AuditedPack>();
  readonly #touched = new Set<AuditedPack>();
  readonly #violations: Violation[];

  /** @param violations takes what is found. */
  constructor(violations: Violation[]) {
    this.#violations = violations;
  }

  get(packId: string): AuditedPack | undefined {
    return this.#packs.get(packId);
  }

  /** In the order in which they came. */
  all(): ReadonlyMap<string, AuditedPack> {
    return this.#packs;
  }

  /** Those that came or changed since this was asked last, in the order in which they came. */
  touched(): readonly AuditedPack[] {
    const touched = [...this.#touched].sort((left, right) => left.order - right.order);
    this.#touched.clear();
    return touched;
  }

  add(pack: AuditedPack): void {
    this.#packs.set(pack.packId, pack);
    this.#touched.add(pack);
    this.liability += pack.price;
  }

  change(packId: string, change: (pack: AuditedPack) => void): void {
    const pack = this.#packs.get(packId);
    if (pack === undefined) {
      this.#violations.push({ kind: 'pack-unknown', detail: `there is no pack ${packId}` });
      return;
    }
    const before = pack.owed;
    this.#touched.add(pack);
    change(pack);
    if (pack.refunded === 0) pack.owed = owedFor(pack);
    this.liability += pack.owed - before;
    const error = checkCounts(pack);
    if (error !== undefined) this.#violations.push({ kind: 'pack-units-wrong', detail: error });
  }
}
