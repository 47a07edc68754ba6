import type { AccountEvent } from '#domain';
import { NaivePacksThen } from './naive-packs-then.ts';

/*
 * What an account held at a moment, added up from its events in whole units of 10^-8. Shares no code with the domain model,
 * and knows holds and packs and what moves money about them.
 */

export interface NaiveBalanceThen {
  /** Units of 10^-8. */
  readonly available: bigint;
  readonly frozen: bigint;
  readonly settled: bigint;
  readonly deposited: bigint;
  readonly credited: bigint;
  /** Paid for packs. */
  readonly paidForPacks: bigint;
  readonly withdrawn: bigint;
  /** In the order of their opening. */
  readonly openHolds: readonly string[];
  /** What the budgets have used on the day of the moment, `name used`. */
  readonly budgets: readonly string[];
  /** Packs that can be used, `id free reserved used`, in the order in which they came. */
  readonly packs: readonly string[];
}

interface NaiveHold {
  readonly amount: bigint;
  readonly expiresAt: number;
  readonly budget: string | null;
  readonly day: number;
}

/** Of Shanghai, which has had the same time all year for long. */
function findDay(at: number): number {
  return Math.floor((at + 8 * 3_600_000) / 86_400_000);
}

function parseUnits(text: string): bigint {
  const negative = text.startsWith('-');
  const [whole = '', decimals = ''] = (negative ? text.slice(1) : text).split('.');
  const units = BigInt(whole + decimals.padEnd(8, '0'));
  return negative ? -units : units;
}

/** The canonical text of an amount, to compare with. */
export function formatUnits(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(9, '0');
  const text = `${digits.slice(0, -8)}.${digits.slice(-8)}`.replace(/\.?0+$/, '');
  return units < 0n ? `-${text}` : text;
}

/**
 * Knows budgets of natural days alone.
 *
 * @param due what falls due up to then happens, too; undefined: nothing but the events.
 */
export function naiveBalanceThen(events: readonly AccountEvent[], due?: number): NaiveBalanceThen {
  const sums = { available: 0n, frozen: 0n, settled: 0n, deposited: 0n, credited: 0n, paidForPacks: 0n, withdrawn: 0n };
  const packs = new NaivePacksThen();
  const holds = new Map<string, NaiveHold>();
  const ended = new Map<string, NaiveHold>();
  const budgets = new Map<string, Map<number, bigint>>();
  const spend = ({ budget, day }: NaiveHold, amount: bigint): void => {
    const days = budget === null ? undefined : budgets.get(budget);
    days?.set(day, (days.get(day) ?? 0n) + amount);
  };
  const end = (holdId: string): bigint => {
    const hold = holds.get(holdId);
    if (hold === undefined) throw new Error(`${holdId} is not open`);
    holds.delete(holdId);
    ended.set(holdId, hold);
    sums.frozen -= hold.amount;
    spend(hold, -hold.amount);
    return hold.amount;
  };
  const charge = (holdId: string, amount: bigint): void => {
    const hold = ended.get(holdId);
    if (hold !== undefined) spend(hold, amount);
  };
  for (const event of events) {
    const amount = 'amount' in event.data ? parseUnits(event.data.amount) : 0n;
    packs.take(event);
    switch (event.type) {
      case 'funds-deposited.v1':
        sums.available += amount;
        sums.deposited += amount;
        break;
      case 'funds-withdrawn.v1':
        sums.available -= amount;
        sums.withdrawn += amount;
        break;
      case 'balance-adjusted.v1':
        sums.available += amount;
        sums.credited += amount;
        break;
      case 'funds-frozen.v1': {
        const { holdId, expiresAt, budget, at } = event.data;
        const hold = { amount, expiresAt, budget, day: findDay(at) };
        sums.available -= amount;
        sums.frozen += amount;
        holds.set(holdId, hold);
        spend(hold, amount);
        break;
      }
      case 'hold-settled.v1':
        sums.settled += amount;
        sums.available += end(event.data.holdId) - amount;
        charge(event.data.holdId, amount);
        break;
      case 'hold-settled-late.v1':
        sums.settled += amount;
        sums.available -= amount;
        charge(event.data.holdId, amount);
        break;
      case 'charge-refunded.v1':
        sums.settled -= amount;
        sums.available += amount;
        charge(event.data.holdId, -amount);
        break;
      case 'deposit-reversed.v1':
        sums.deposited -= amount;
        sums.available -= amount;
        break;
      case 'budget-set.v1':
        if (!budgets.has(event.data.name)) budgets.set(event.data.name, new Map());
        break;
      case 'hold-released.v1':
      case 'hold-expired.v1':
        sums.available += end(event.data.holdId);
        break;
      case 'pack-bought.v1':
        sums.available -= parseUnits(event.data.price);
        sums.paidForPacks += parseUnits(event.data.price);
        break;
      case 'pack-refunded.v1':
        sums.available += amount;
        sums.paidForPacks -= amount;
        break;
      case 'account-opened.v1':
      case 'call-failed.v1':
      case 'pack-granted.v1':
      case 'trial-started.v1':
      case 'pack-expired.v1':
        break;
      default:
        throw new Error(`${event.type} is not known here`);
    }
  }
  if (due !== undefined) {
    for (const [holdId, { expiresAt }] of [...holds]) {
      if (expiresAt > due) continue;
      sums.available += end(holdId);
      packs.end(holdId, []);
    }
  }
  const moment = due ?? events.at(-1)?.data.at ?? 0;
  const today = findDay(moment);
  const used = [...budgets].map(([name, days]) => `${name} ${formatUnits(days.get(today) ?? 0n)}`);
  return { ...sums, openHolds: [...holds.keys()], budgets: used.sort(), packs: packs.at(moment) };
}
