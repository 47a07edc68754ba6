import { NaivePackWarnings } from './naive-pack-warnings.ts';
import { cost, type NaiveProduct, shanghaiYear, type Units, units as money } from './naive-prices.ts';

/*
 * A naive model of packs: every unit of every pack is an entry of its own in a list, and money is counted in 10^-8.
 * Shares no code with the domain model; expects that money is never short.
 */

type Where = 'remaining' | 'consumed' | 'forfeited' | 'refunded' | `held by ${string}` | `lost by ${string}`;

interface NaivePack {
  readonly id: string;
  readonly price: Units;
  readonly boughtAt: number;
  readonly expiresAt: number;
  readonly where: Where[];
  /** In the order in which units went, what each was worth; and where it went. */
  recognised: Units;
  listPrice: Units;
  over: boolean;
}

interface NaiveHold {
  readonly id: string;
  readonly product: NaiveProduct;
  readonly quantity: number;
  readonly frozen: Units;
  readonly openedAt: number;
  readonly deadline: number;
  /** Ids of packs, one for each unit reserved, in order. */
  readonly reserved: readonly string[];
  ended: 'open' | 'settled' | 'released' | 'expired' | 'not billable';
}

const dayMs = 86_400_000;

export class NaivePacks {
  readonly packs: NaivePack[] = [];
  readonly holds = new Map<string, NaiveHold>();
  readonly counters = new Map<string, number>();
  readonly warnings = new NaivePackWarnings();
  available: Units;
  frozen: Units = 0n;
  settled: Units = 0n;
  paid: Units = 0n;
  now: number;
  readonly #agreementStart: string;

  constructor(available: string, agreementStart: string, now: number) {
    this.#agreementStart = agreementStart;
    this.available = money(available);
    this.now = now;
  }

  /** What has to happen by itself up to a moment: holds before packs before notices, each at its time. */
  advance(to: number): void {
    for (;;) {
      const hold = [...this.holds.values()]
        .filter(({ ended, deadline }) => ended === 'open' && deadline <= to)
        .sort((left, right) => left.deadline - right.deadline)[0];
      const pack = this.packs
        .filter(({ over, expiresAt }) => !over && expiresAt <= to)
        .sort((left, right) => left.expiresAt - right.expiresAt)[0];
      const notice = this.warnings.next(this.packs);
      const others = Math.min(hold?.deadline ?? Infinity, pack?.expiresAt ?? Infinity);
      if (notice < others && notice <= to) {
        this.now = notice;
        this.warnings.checkExpiries(this.packs, notice);
        continue;
      }
      if (hold !== undefined && (pack === undefined || hold.deadline <= pack.expiresAt)) {
        this.now = hold.deadline;
        this.#giveBack(hold, 'expired', 0);
        this.warnings.checkUnits(this.packs, this.now);
        continue;
      }
      if (pack === undefined) break;
      this.now = pack.expiresAt;
      pack.over = true;
      for (const [index, where] of pack.where.entries()) if (where === 'remaining') this.#go(pack, index, 'forfeited');
      this.warnings.checkUnits(this.packs, this.now);
    }
    this.now = to;
  }

  take(id: string, size: number, price: string, expiresAt: number): void {
    this.available -= money(price);
    this.paid += money(price);
    const where = Array.from({ length: size }, (): Where => 'remaining');
    const begun = { recognised: 0n, listPrice: 0n, over: false };
    this.packs.push({ id, price: money(price), boughtAt: this.now, expiresAt, where, ...begun });
  }

  freeze(id: string, product: NaiveProduct, quantity: number): void {
    const reserved: string[] = [];
    for (let unit = 0; unit < quantity; unit += 1) {
      const pack = this.#next();
      if (pack === undefined) break;
      pack.where[pack.where.indexOf('remaining')] = `held by ${id}`;
      reserved.push(pack.id);
    }
    const frozen = this.#highest(product, quantity - reserved.length);
    this.available -= frozen;
    this.frozen += frozen;
    const times = { openedAt: this.now, deadline: this.now + 1_800_000 };
    this.holds.set(id, { id, product, quantity, frozen, ...times, reserved, ended: 'open' });
  }

  settle(id: string, completed: number, match: boolean): void {
    const hold = this.#hold(id);
    if (hold.product.matchOnly && !match) {
      this.#giveBack(hold, 'not billable', 0);
      return;
    }
    this.#giveBack(hold, 'settled', completed);
  }

  release(id: string): void {
    this.#giveBack(this.#hold(id), 'released', 0);
  }

  settleLate(id: string, completed: number): void {
    const hold = this.#hold(id);
    hold.ended = 'settled';
    const wanted = hold.reserved.slice(0, completed);
    const missing = wanted.filter((packId) => !this.#takeLate(packId, hold));
    let inMoney = completed - wanted.length;
    while (missing.length > 0) {
      missing.pop();
      const pack = this.#next();
      if (pack === undefined) {
        inMoney += 1;
        continue;
      }
      this.#go(pack, pack.where.indexOf('remaining'), 'consumed');
      pack.listPrice += standardPrice(hold.product);
    }
    const charge = this.#charge(hold, inMoney);
    this.available -= charge;
    this.settled += charge;
  }

  /** What a refund within five days comes to; undefined if there is none. */
  refund(id: string): Units | 'in use' | undefined {
    const pack = this.packs.find((each) => each.id === id);
    if (pack === undefined || pack.over || pack.price === 0n || this.now - pack.boughtAt > 5 * dayMs) return undefined;
    if (!pack.where.some((where) => where === 'remaining' || where.startsWith('held'))) return undefined;
    const late = [...this.holds.values()].some(
      ({ ended, reserved, deadline }) =>
        reserved.includes(id) && (ended === 'expired' || ended === 'released') && this.now < deadline + dayMs,
    );
    if (late || pack.where.some((where) => where.startsWith('held'))) return 'in use';
    const rest = pack.price - pack.listPrice;
    const owed = pack.price - pack.recognised;
    const back = rest < 0n ? 0n : rest > owed ? owed : rest;
    pack.over = true;
    pack.recognised += owed - back;
    for (const [index, where] of pack.where.entries()) if (where === 'remaining') pack.where[index] = 'refunded';
    this.available += back;
    this.paid -= back;
    return back;
  }

  /** `remaining reserved consumed forfeited refunded` of a pack. */
  counts(id: string): string {
    const where = this.packs.find((pack) => pack.id === id)?.where ?? [];
    const count = (start: string): number => where.filter((each) => each.startsWith(start)).length;
    const forfeited = count('forfeited') + count('lost');
    return [count('remaining'), count('held'), count('consumed'), forfeited, count('refunded')].join(' ');
  }

  #giveBack(hold: NaiveHold, ended: NaiveHold['ended'], completed: number): void {
    hold.ended = ended;
    let left = completed;
    for (const pack of this.packs) {
      for (const [index, where] of pack.where.entries()) {
        if (where !== `held by ${hold.id}` || left === 0) continue;
        left -= 1;
        this.#go(pack, index, 'consumed');
        pack.listPrice += standardPrice(hold.product);
      }
    }
    for (const pack of this.packs) {
      for (const [index, where] of pack.where.entries()) {
        if (where !== `held by ${hold.id}`) continue;
        if (this.now < pack.expiresAt) pack.where[index] = 'remaining';
        if (this.now >= pack.expiresAt) this.#go(pack, index, `lost by ${hold.id}`);
      }
    }
    const charge = this.#charge(hold, left);
    this.frozen -= hold.frozen;
    this.available += hold.frozen - charge;
    this.settled += charge;
  }

  /** A unit from the pack it was reserved in: one that is left, or one that this hold lost there. */
  #takeLate(packId: string, hold: NaiveHold): boolean {
    const pack = this.packs.find(({ id }) => id === packId);
    if (pack === undefined) return false;
    const left = pack.where.indexOf('remaining');
    const lost = pack.where.indexOf(`lost by ${hold.id}`);
    if (left < 0 && lost < 0) return false;
    pack.listPrice += standardPrice(hold.product);
    if (left >= 0) this.#go(pack, left, 'consumed');
    if (left < 0) pack.where[lost] = 'consumed';
    return true;
  }

  /** Packs are bought in the order of their expiry: each lasts a year. */
  #next(): NaivePack | undefined {
    return this.packs.find(({ over, where }) => !over && where.includes('remaining'));
  }

  #go(pack: NaivePack, index: number, where: Where): void {
    pack.where[index] = where;
    const gone = pack.where.filter((each) => each === 'consumed' || each === 'forfeited' || each.startsWith('lost'));
    pack.recognised = (pack.price * BigInt(gone.length)) / BigInt(pack.where.length);
  }

  #charge({ product, openedAt }: NaiveHold, count: number): Units {
    const counter = this.#counter(product, openedAt);
    const before = this.counters.get(counter) ?? 0;
    this.counters.set(counter, before + count);
    return cost(product.steps, before, count);
  }

  /** Prices of these products never rise. */
  #highest(product: NaiveProduct, count: number): Units {
    return cost(product.steps, this.counters.get(this.#counter(product, this.now)) ?? 0, count);
  }

  #counter({ counter }: NaiveProduct, at: number): string {
    return `${counter} ${String(shanghaiYear(this.#agreementStart, at))}`;
  }

  #hold(id: string): NaiveHold {
    const hold = this.holds.get(id);
    if (hold === undefined) throw new RangeError(`no hold ${id}`);
    return hold;
  }
}

function standardPrice({ steps }: NaiveProduct): Units {
  return money(steps[0]?.[1] ?? '0');
}
