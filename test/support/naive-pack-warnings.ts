/*
 * What is to be told of packs, from lists of where each unit is. Shares no code with the domain model.
 */

interface SeenPack {
  readonly id: string;
  readonly expiresAt: number;
  /** Of each unit. */
  readonly where: readonly string[];
  readonly over: boolean;
}

const dayMs = 86_400_000;

/** Looks at the packs after everything that happens to them, and between it when a notice falls due. */
export class NaivePackWarnings {
  /** `kind pack at` in the order in which they are told. */
  readonly notices: string[] = [];
  percent: number | null = null;
  days: number | null = null;
  readonly #low = new Set<string>();
  readonly #expiring = new Set<string>();

  /** A new threshold tells nothing of packs that have no unit left. */
  setPercent(percent: number | null, packs: readonly SeenPack[]): void {
    this.percent = percent;
    for (const pack of packs) if (this.#isLow(pack) && !hasUnits(pack.where)) this.#low.add(pack.id);
  }

  checkUnits(packs: readonly SeenPack[], now: number): void {
    for (const pack of packs) this.#notify(this.#low, 'pack-low', pack.id, now, this.#isLow(pack));
  }

  checkExpiries(packs: readonly SeenPack[], now: number): void {
    const byNotice = [...packs].sort((left, right) => left.expiresAt - right.expiresAt);
    for (const pack of byNotice)
      this.#notify(this.#expiring, 'pack-expiring', pack.id, now, this.#isExpiring(pack, now));
  }

  /** When the next expiry is to be told; `Infinity` if none is. */
  next(packs: readonly SeenPack[]): number {
    const { days } = this;
    if (days === null) return Number.POSITIVE_INFINITY;
    const waiting = packs.filter(({ id, over, where }) => !over && hasUnits(where) && !this.#expiring.has(id));
    return Math.min(...waiting.map(({ expiresAt }) => expiresAt - days * dayMs));
  }

  #isLow({ where, over }: SeenPack): boolean {
    const left = where.filter((each) => each === 'remaining').length;
    return this.percent !== null && !over && (left * 100) / where.length < this.percent;
  }

  #isExpiring({ expiresAt, where, over }: SeenPack, now: number): boolean {
    return this.days !== null && !over && hasUnits(where) && now >= expiresAt - this.days * dayMs;
  }

  #notify(notices: Set<string>, kind: string, id: string, now: number, isSo: boolean): void {
    if (isSo && !notices.has(id)) this.notices.push(`${kind} ${id} ${String(now)}`);
    if (isSo) notices.add(id);
    if (!isSo) notices.delete(id);
  }
}

function hasUnits(where: readonly string[]): boolean {
  return where.some((each) => each === 'remaining' || each.startsWith('held'));
}
