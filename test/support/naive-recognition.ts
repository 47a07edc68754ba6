import { strict as assert } from 'node:assert';
import type { AccountEvent } from '#domain';
import { type Units, units as money } from './naive-prices.ts';

/*
 * What must become of the price of every pack of the test book, told the events alone: counts in whole units of 10^-8,
 * keeps how many units of each pack are gone, and works the amounts out again. Shares no code with the domain model, its
 * journal or its audit.
 */

/** What the test book sells, by units. */
export const packPrices: Readonly<Record<number, string>> = { 3: '10', 7: '0.00000003', 100: '100' };

interface Pack {
  readonly price: Units;
  readonly size: number;
  readonly boughtAt: number;
  gone: number;
  listPrice: Units;
  over: boolean;
}

interface Part {
  readonly packId: string;
  readonly units: number;
  readonly amount: string;
}

const returnMs = 5 * 86_400_000;

export class NaiveRecognition {
  /** From packs alone. */
  revenue: Units = 0n;
  breakage: Units = 0n;
  /** Charged to holds in money, less refunds of that. */
  charged: Units = 0n;
  readonly #packs = new Map<string, Pack>();
  /** What holds that ended unused had forfeited. */
  readonly #lost = new Map<string, readonly Part[]>();

  /** What of the prices is still owed in units. */
  get owed(): Units {
    const open = [...this.#packs.values()].filter(({ over }) => !over);
    return open.reduce((sum, pack) => sum + pack.price - worth(pack, pack.gone), 0n);
  }

  /** @throws AssertionError if an amount of the event is not the one that it must be. */
  follow(event: AccountEvent): void {
    switch (event.type) {
      case 'pack-bought.v1':
        assert.equal(event.data.price, packPrices[event.data.units], 'a pack costs what the book says');
        this.#take(event.data, money(event.data.price));
        return;
      case 'pack-granted.v1':
      case 'trial-started.v1':
        this.#take(event.data, 0n);
        return;
      case 'hold-settled.v1':
        this.charged += money(event.data.amount);
        this.#consume(event.data.packs);
        this.#lose(event.data.forfeited);
        return;
      case 'hold-released.v1':
      case 'hold-expired.v1':
        this.#lose(event.data.forfeited);
        this.#lost.set(event.data.holdId, event.data.forfeited ?? []);
        return;
      case 'hold-settled-late.v1':
        this.charged += money(event.data.amount);
        this.#settleLate(event.data.holdId, event.data.packs ?? []);
        return;
      case 'charge-refunded.v1':
        this.charged -= money(event.data.amount);
        return;
      case 'pack-expired.v1':
        this.#lose([event.data]);
        return;
      case 'account-closed.v1':
        this.#lose(event.data.forfeited);
        return;
      case 'pack-refunded.v1':
        this.#refund(event.data);
        return;
      default:
        return;
    }
  }

  #take({ packId, units, at }: { readonly packId: string; units: number; at: number }, price: Units): void {
    this.#packs.set(packId, { price, size: units, boughtAt: at, gone: 0, listPrice: 0n, over: false });
  }

  #consume(
    packs: readonly { readonly packId: string; units: number; recognised: string; listPrice: string }[] | null,
  ): void {
    for (const { packId, units, recognised, listPrice } of packs ?? []) {
      this.revenue += this.#goes(packId, units, recognised, 'consumed');
      this.#of(packId).listPrice += money(listPrice);
    }
  }

  #lose(forfeited: readonly Part[] | null): void {
    for (const { packId, units, amount } of forfeited ?? []) {
      this.breakage += this.#goes(packId, units, amount, 'forfeited');
    }
  }

  #settleLate(
    holdId: string,
    packs: readonly {
      readonly packId: string;
      readonly units: number;
      readonly recognised: string;
      readonly listPrice: string;
      readonly reclaimed: { readonly units: number; readonly amount: string } | null;
    }[],
  ): void {
    for (const { packId, units, recognised, listPrice, reclaimed } of packs) {
      const again = reclaimed?.units ?? 0;
      this.revenue += this.#goes(packId, units - again, recognised, 'consumed late');
      this.#of(packId).listPrice += money(listPrice);
      if (reclaimed === null) continue;
      const lost = this.#lost.get(holdId)?.find((part) => part.packId === packId);
      assert(lost !== undefined && again <= lost.units, 'a late settle takes back what its own hold forfeited');
      const share = (money(lost.amount) * BigInt(again)) / BigInt(lost.units);
      assert.equal(money(reclaimed.amount), share, `${String(again)} of ${String(lost.units)} units of ${packId}`);
      this.revenue += share;
      this.breakage -= share;
    }
  }

  /** An operator may say how much after five days; before, it is the price less what was consumed. */
  #refund({
    packId,
    at,
    amount,
    recognised,
  }: {
    packId: string;
    at: number;
    amount: string;
    recognised: string;
  }): void {
    const pack = this.#of(packId);
    const owed = pack.price - worth(pack, pack.gone);
    const rest = pack.price - pack.listPrice;
    const due = rest < 0n ? 0n : rest > owed ? owed : rest;
    const back = money(amount);
    assert(at - pack.boughtAt <= returnMs ? back === due : back <= owed, `${amount} is not what ${packId} comes to`);
    assert.equal(money(recognised), owed - back, `what is left of ${packId} becomes revenue`);
    this.revenue += owed - back;
    pack.over = true;
  }

  #goes(packId: string, units: number, said: string, how: string): Units {
    const pack = this.#of(packId);
    const before = worth(pack, pack.gone);
    pack.gone += units;
    assert(pack.gone <= pack.size, `${packId} has no more units than it had`);
    const amount = worth(pack, pack.gone) - before;
    assert.equal(money(said), amount, `${String(units)} units of ${packId} were ${how}`);
    return amount;
  }

  #of(packId: string): Pack {
    const pack = this.#packs.get(packId);
    assert(pack !== undefined, `${packId} was taken`);
    return pack;
  }
}

/** What of a price is recognised when so many units are gone: rounded down, so that the last unit brings the rest. */
function worth({ price, size }: Pack, gone: number): Units {
  return (price * BigInt(gone)) / BigInt(size);
}
