/** How far above its bound all work together may get, because everybody is let in up to a fair share. */
const excessMax = 4;

/**
 * Work that is bounded as a whole and cannot be taken back once begun. Beyond the bound only those are let in who have less
 * than an equal share of it, so that one who fills it up keeps nobody else out.
 */
export class FairShare {
  readonly #max: number;
  readonly #owners = new Map<string, number>();
  #total = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get total(): number {
    return this.#total;
  }

  mayEnter(owner: string): boolean {
    if (this.#total < this.#max) return true;
    if (this.#total >= this.#max * excessMax) return false;
    const own = this.#owners.get(owner) ?? 0;
    const owners = this.#owners.size + (own === 0 ? 1 : 0);
    return own < Math.max(1, Math.floor(this.#max / owners));
  }

  /** Whether the owner may begin one more; if so it is counted until it leaves. */
  enter(owner: string): boolean {
    if (!this.mayEnter(owner)) return false;
    this.#owners.set(owner, (this.#owners.get(owner) ?? 0) + 1);
    this.#total += 1;
    return true;
  }

  leave(owner: string): void {
    const left = (this.#owners.get(owner) ?? 0) - 1;
    if (left > 0) this.#owners.set(owner, left);
    else this.#owners.delete(owner);
    this.#total -= 1;
  }
}

/** What one connection takes of the work, at most one piece at a time. */
export class Place {
  #share: FairShare | undefined;
  /** Who took it last. */
  owner = '';

  /** Whether there was room. */
  take(share: FairShare, owner: string): boolean {
    this.owner = owner;
    if (!share.enter(owner)) return false;
    this.#share = share;
    return true;
  }

  leave(): void {
    this.#share?.leave(this.owner);
    this.#share = undefined;
  }
}
