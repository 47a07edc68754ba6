interface Holding<Item> {
  readonly owner: string;
  /** Oldest first. */
  readonly weights: Map<Item, number>;
  total: number;
}

/**
 * Things that are bounded as a whole and cost little to end. Beyond the bound the oldest of whoever has the most of them
 * gives way, so that nobody can take what others need by taking much.
 */
export class FairBound<Item> {
  readonly #max: number;
  readonly #perOwnerMax: number;
  readonly #giveWay: (item: Item) => void;
  readonly #holdings = new Map<string, Holding<Item>>();
  readonly #byItem = new Map<Item, Holding<Item>>();
  #total = 0;

  /** @param giveWay ends an item, which is counted no longer. */
  constructor(max: number, giveWay: (item: Item) => void, perOwnerMax = max) {
    this.#max = max;
    this.#perOwnerMax = perOwnerMax;
    this.#giveWay = giveWay;
  }

  get total(): number {
    return this.#total;
  }

  has(item: Item): boolean {
    return this.#byItem.has(item);
  }

  /** Counts an item, or more of one that is counted already. */
  add(item: Item, owner: string, weight = 1): void {
    const holding = this.#byItem.get(item) ?? this.#holdings.get(owner) ?? this.#begin(owner);
    holding.weights.set(item, (holding.weights.get(item) ?? 0) + weight);
    holding.total += weight;
    this.#byItem.set(item, holding);
    this.#total += weight;
    while (holding.total > this.#perOwnerMax) this.#oldestGivesWay(holding);
    while (this.#total > this.#max) this.#oldestGivesWay(this.#largest());
  }

  remove(item: Item): void {
    const holding = this.#byItem.get(item);
    if (holding === undefined) return;
    const weight = holding.weights.get(item) ?? 0;
    this.#byItem.delete(item);
    holding.weights.delete(item);
    holding.total -= weight;
    this.#total -= weight;
    if (holding.weights.size === 0) this.#holdings.delete(holding.owner);
  }

  #begin(owner: string): Holding<Item> {
    const holding = { owner, weights: new Map<Item, number>(), total: 0 };
    this.#holdings.set(owner, holding);
    return holding;
  }

  #largest(): Holding<Item> {
    let largest: Holding<Item> | undefined;
    for (const holding of this.#holdings.values()) {
      if (largest === undefined || holding.total > largest.total) largest = holding;
    }
    if (largest === undefined) throw new Error('a bound is exceeded by nobody');
    return largest;
  }

  #oldestGivesWay(holding: Holding<Item>): void {
    const [oldest] = holding.weights.keys();
    if (oldest === undefined) throw new Error('an owner without items has weight');
    this.remove(oldest);
    this.#giveWay(oldest);
  }
}
