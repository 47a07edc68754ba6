import type { AccountEventData, TypedEvent } from '../core/events.ts';
import type { Violation, ViolationKind } from '../core/violation.ts';
import type { FundsFrozen } from '../holds/events.ts';
import { formatMoney, type Money, parseMoney } from '../kernel/money.ts';
import type { PricedUnits } from '../pricing/audit-prices.ts';
import type { PriceBooks } from '../pricing/price-book.ts';
import type { AccountCalendar } from '../zones/account-calendar.ts';
import {
  type AuditedPack,
  auditedPack,
  byPack,
  computeWorth,
  lateUnitsByHand,
  reservationByHand,
  returnByHand,
} from './audited-pack.ts';
import { AuditedPacks } from './audited-packs.ts';
import type { LatePackConsumption, PackForfeit, PackUnits } from './events.ts';

export type PackComing = TypedEvent<'pack-bought.v1'> | TypedEvent<'pack-granted.v1'> | TypedEvent<'trial-started.v1'>;

/** What a hold reserved in packs, and how the rest of it is charged. */
interface ReservedUnits {
  readonly packs: readonly PackUnits[] | null;
  readonly priced: PricedUnits | null;
}

/** What ended of a hold's units in packs. */
interface UnitsEnded {
  readonly at: number;
  readonly consumed: readonly (PackUnits & { readonly recognised: string; readonly listPrice: string })[];
  readonly forfeited: readonly PackForfeit[];
}

/** The units and the price of every pack of one account, told by its events alone. */
export class PacksAudit {
  readonly catalog: AuditedPacks;
  readonly #trials = new Set<string>();
  readonly #priceBooks: PriceBooks;
  readonly #violations: Violation[];

  /** @param violations takes what is found. */
  constructor(priceBooks: PriceBooks, violations: Violation[]) {
    this.#priceBooks = priceBooks;
    this.#violations = violations;
    this.catalog = new AuditedPacks(violations);
  }

  /** Returns what was paid. */
  take(event: PackComing, order: number, calendar: AccountCalendar | undefined): Money {
    const { packId, family, units, at, expiresAt } = event.data;
    const price = parseMoney(event.type === 'pack-bought.v1' ? event.data.price : '0');
    if (event.type !== 'pack-granted.v1') {
      const offer = this.#priceBooks.pack(event.data.book, family, units);
      const sold = offer?.price === price && offer.trial === (event.type === 'trial-started.v1');
      if (!sold) this.say('pack-terms-wrong', `${event.data.book} has no pack of ${String(units)} ${family} like it`);
    }
    if (event.type === 'trial-started.v1') {
      if (this.#trials.has(family)) this.say('pack-terms-wrong', `a second trial pack of ${family}`);
      this.#trials.add(family);
    }
    if (calendar !== undefined && expiresAt !== calendar.yearLater(at))
      this.say('pack-terms-wrong', `pack ${packId} does not last a year`);
    this.catalog.add(auditedPack(event.data, price, order));
    return price;
  }

  /** A freeze takes what packs have, in their order, and no more than it needs. */
  reserve(opening: FundsFrozen): void {
    const { packs, holdId, pricing, product, quantity, at } = opening;
    if (this.catalog.all().size === 0 && packs === null) return;
    const tariff = pricing === null || product === null ? undefined : this.#priceBooks.tariff(pricing.book, product);
    const family = tariff?.product.packFamily ?? null;
    const expected = reservationByHand(this.catalog.all().values(), family, quantity ?? 0, at);
    if (JSON.stringify(packs ?? []) !== JSON.stringify(expected)) {
      this.say('pack-units-wrong', `hold ${holdId} does not take the units of packs that it should`);
    }
    for (const { packId, units } of packs ?? []) {
      this.catalog.change(packId, (pack) => {
        pack.remaining -= units;
        pack.reserved += units;
      });
    }
  }

  /** An open hold ended: every unit that it had reserved is consumed, is back in its pack, or is forfeited. */
  end(holdId: string, { packs, priced }: ReservedUnits, completed: number, ended: UnitsEnded): void {
    let left = completed;
    for (const { packId, units } of packs ?? []) {
      const used = ended.consumed.find((each) => each.packId === packId);
      const lost = ended.forfeited.find((each) => each.packId === packId);
      const wanted = Math.min(units, left);
      left -= wanted;
      const consumed = used?.units ?? 0;
      const forfeited = lost?.units ?? 0;
      this.catalog.change(packId, (pack) => {
        const expectedLoss = ended.at >= pack.expiresAt ? units - wanted : 0;
        if (consumed !== wanted || forfeited !== expectedLoss) {
          this.say('pack-units-wrong', `hold ${holdId} ends with other units of pack ${packId} than it should`);
        }
        this.#checkWorth(pack, consumed, used?.recognised ?? '0', 0);
        this.#checkWorth(pack, forfeited, lost?.amount ?? '0', consumed);
        this.#checkListPrice(pack, consumed, used?.listPrice ?? '0', priced?.table?.tiers[0].price);
        pack.reserved -= units;
        pack.consumed += consumed;
        pack.forfeited += forfeited;
        pack.remaining += units - consumed - forfeited;
      });
    }
    const known = new Set(packs?.map(({ packId }) => packId));
    if ([...ended.consumed, ...ended.forfeited].some(({ packId }) => !known.has(packId))) {
      this.say('pack-units-wrong', `hold ${holdId} ends with units of a pack that it had none of`);
    }
  }

  /** @param forfeited what the hold had forfeited when it ended. */
  settleLate(
    holdId: string,
    { packs, priced }: ReservedUnits,
    forfeited: readonly PackForfeit[],
    completed: number,
    taken: readonly LatePackConsumption[],
  ): void {
    const lateBy = lateUnitsByHand(this.catalog.all(), packs ?? [], forfeited, completed);
    const said = taken.map(({ packId, units, reclaimed }) => ({ packId, units, reclaimed: reclaimed?.units ?? 0 }));
    if (JSON.stringify(byPack(said)) !== JSON.stringify(byPack(lateBy))) {
      this.say('pack-units-wrong', `hold ${holdId} is charged late with other units of packs than it should`);
    }
    for (const { packId, units, recognised, listPrice, reclaimed } of taken) {
      const again = reclaimed?.units ?? 0;
      const lost = forfeited.find((each) => each.packId === packId);
      const back = lost === undefined ? 0n : (parseMoney(lost.amount) * BigInt(again)) / BigInt(lost.units);
      if (parseMoney(reclaimed?.amount ?? '0') !== back) {
        this.say('pack-amount-wrong', `hold ${holdId} takes another amount out of breakage than its units were`);
      }
      this.catalog.change(packId, (pack) => {
        this.#checkWorth(pack, units - again, recognised, 0);
        this.#checkListPrice(pack, units, listPrice, priced?.table?.tiers[0].price);
        pack.remaining -= units - again;
        pack.consumed += units;
        pack.forfeited -= again;
      });
    }
  }

  expire({ at, packId, units, amount }: AccountEventData['pack-expired.v1']): void {
    this.catalog.change(packId, (pack) => {
      if (at !== pack.expiresAt) this.say('pack-terms-wrong', `pack ${packId} expired at another time than it should`);
      this.#lose(pack, units, amount);
    });
  }

  refund(refunded: AccountEventData['pack-refunded.v1'], inUse: boolean): void {
    const { packId, units, amount, recognised } = refunded;
    this.catalog.change(packId, (pack) => {
      const error = returnByHand(pack, refunded);
      if (error !== undefined) this.say('pack-refund-wrong', `pack ${packId}: ${error}`);
      if (inUse || pack.reserved > 0) this.say('pack-refund-wrong', `pack ${packId} was in use`);
      if (units !== pack.remaining) this.say('pack-units-wrong', `other units of pack ${packId} than it had left`);
      if (parseMoney(amount) + parseMoney(recognised) !== pack.owed) {
        this.say('pack-amount-wrong', `a refund of pack ${packId} ends what is owed for it`);
      }
      pack.owed = 0n;
      pack.remaining = 0;
      pack.refunded += units;
      pack.ended = true;
    });
  }

  /** The account was closed: returns whether units were left that nobody said to be lost. */
  close({ forfeitPacks, forfeited }: AccountEventData['account-closed.v1']): boolean {
    for (const { packId, units, amount } of forfeited ?? []) {
      this.catalog.change(packId, (pack) => {
        this.#lose(pack, units, amount);
      });
    }
    const left = [...this.catalog.all().values()].some(({ remaining }) => remaining > 0);
    return left || (!forfeitPacks && forfeited !== null);
  }

  #lose(pack: AuditedPack, units: number, amount: string): void {
    const { packId, remaining } = pack;
    if (units !== remaining) this.say('pack-units-wrong', `other units of pack ${packId} are lost than it had left`);
    this.#checkWorth(pack, units, amount, 0);
    pack.remaining -= units;
    pack.forfeited += units;
    pack.ended = true;
  }

  #checkWorth(pack: AuditedPack, units: number, amount: string, before: number): void {
    const worth = computeWorth(pack, pack.consumed + pack.forfeited + before, units);
    if (parseMoney(amount) === worth) return;
    const said = `${amount} for ${String(units)} units of pack ${pack.packId}`;
    this.say('pack-amount-wrong', `${said}, which are worth ${formatMoney(worth as Money)}`);
  }

  #checkListPrice(pack: AuditedPack, units: number, listPrice: string, price: bigint | undefined): void {
    pack.listPrice += parseMoney(listPrice);
    if (price === undefined || parseMoney(listPrice) === price * BigInt(units)) return;
    this.say('pack-amount-wrong', `${String(units)} units of pack ${pack.packId} do not cost ${listPrice} without it`);
  }

  say(kind: ViolationKind, detail: string): void {
    this.#violations.push({ kind, detail });
  }
}
