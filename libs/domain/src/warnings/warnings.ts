import type { Due } from '../core/schedule.ts';
import type { AccountState, AccountSummary } from '../core/state.ts';
import type { ChargeUncollected } from '../holds/events.ts';
import { formatMoney, negated, parseMoney, zero } from '../kernel/money.ts';
import type { Packs } from '../packs/pack.ts';
import type { WarningThresholds } from '../terms/events.ts';
import { type AccountWarning, accountWarnings, type WarningRaised } from './events.ts';
import type { Thresholds, WarningState } from './watch.ts';

type Watched = Pick<AccountSummary, 'balance' | 'terms' | 'arrears' | 'suspendedFor' | 'closed'>;

const nothingRaised: ReadonlySet<AccountWarning> = new Set();

/** Of an account in arrears for which no threshold was agreed. */
const arrearsWatch: WarningState = { thresholds: null, raised: nothingRaised, uncollected: null };

/** The watch once an account is in arrears, or is not. */
export function watchInArrears(before: WarningState | null, inArrears: boolean): WarningState | null {
  return before ?? (inArrears ? arrearsWatch : null);
}

/**
 * The watch of an account with these thresholds; null where there is none and nothing is owed: such an account is not
 * watched, and pays nothing.
 */
export function watchAfter(
  before: WarningState | null,
  agreed: WarningThresholds,
  inArrears: boolean,
): WarningState | null {
  const thresholds = toThresholds(agreed);
  if (thresholds === null && !inArrears) return null;
  return { thresholds, raised: before?.raised ?? nothingRaised, uncollected: before?.uncollected ?? null };
}

function toThresholds(agreed: WarningThresholds): Thresholds | null {
  if (Object.values(agreed).every((threshold) => threshold === null)) return null;
  const { availableBelow, packPercentBelow } = agreed;
  return {
    availableBelow: availableBelow === null ? null : parseMoney(availableBelow, 'signed'),
    packPercentBelow,
  };
}

/** The watch after a charge that could not be collected. */
export function watchUncollected(
  before: WarningState | null,
  { holdId, amount }: ChargeUncollected,
): WarningState | null {
  return before === null || before.thresholds === null ? before : { ...before, uncollected: { holdId, amount } };
}

/** The watch without what is over: that can be warned of again. Null when nothing is left to be watched. */
export function rearmed(watch: WarningState, summary: Watched): WarningState | null {
  if (watch.thresholds === null && summary.arrears === null) return null;
  let over = false;
  for (const kind of watch.raised) if (!isSo(kind, watch, summary)) over = true;
  if (!over) return watch;
  return { ...watch, raised: new Set([...watch.raised].filter((kind) => isSo(kind, watch, summary))) };
}

/** The watch after a warning was raised. */
export function raisedOn(watch: WarningState, warning: AccountWarning): WarningState {
  if (warning === 'charge-uncollected') return { ...watch, uncollected: null };
  return { ...watch, raised: new Set([...watch.raised, warning]) };
}

/** The warning that has to be raised next, but for what the clock brings; undefined if there is none. */
export function dueWarning(
  watch: WarningState,
  { summary, packs }: Pick<AccountState, 'summary' | 'packs'>,
): Omit<WarningRaised, 'at'> | undefined {
  const kind = accountWarnings.find((one) => !watch.raised.has(one) && isSo(one, watch, summary));
  if (kind === undefined) return summary.closed ? undefined : lowPack(watch, packs);
  const { available, frozen } = summary.balance;
  switch (kind) {
    case 'available-low': {
      const threshold = formatMoney(watch.thresholds?.availableBelow ?? zero);
      return { warning: kind, subject: null, threshold, value: formatMoney(available) };
    }
    case 'everything-frozen':
      return { warning: kind, subject: null, threshold: null, value: formatMoney(frozen) };
    case 'arrears':
      return { warning: kind, subject: null, threshold: null, value: null };
    case 'suspended':
      return { warning: kind, subject: null, threshold: null, value: summary.suspendedFor.join(', ') };
    case 'charge-uncollected': {
      const { holdId = null, amount = null } = watch.uncollected ?? {};
      return { warning: kind, subject: holdId, threshold: null, value: amount };
    }
  }
}

function lowPack({ thresholds }: WarningState, packs: Packs): Omit<WarningRaised, 'at'> | undefined {
  const percent = thresholds?.packPercentBelow ?? null;
  const pack = percent === null ? undefined : packs.firstLow(percent);
  if (percent === null || pack === undefined) return undefined;
  const { packId, remaining } = pack;
  return { warning: 'pack-low', subject: packId, threshold: String(percent), value: String(remaining) };
}

/** The warning by which the notice of a pack's expiry happens. */
export function expiryWarning({ summary: { terms }, packs }: AccountState, { at, subject }: Due): WarningRaised {
  const days = terms?.agreed.warnings.packExpiresWithinDays;
  const value = new Date(packs.of(subject).expiresAt).toISOString();
  return { at, warning: 'pack-expiring', subject, threshold: String(days), value };
}

function isSo(kind: AccountWarning, { thresholds, uncollected }: WarningState, summary: Watched): boolean {
  const { balance, terms, arrears, suspendedFor, closed } = summary;
  if (closed) return false;
  switch (kind) {
    case 'available-low': {
      const below = thresholds?.availableBelow ?? null;
      return below !== null && balance.available < below;
    }
    case 'everything-frozen':
      // Credit counts: an account that may still freeze on it is not at its end.
      return thresholds !== null && balance.frozen > zero && balance.available <= negated(terms?.creditLimit ?? zero);
    case 'arrears':
      return arrears !== null;
    case 'suspended':
      // Without a threshold nobody asked to be told of what an operator does.
      return thresholds === null ? suspendedFor.includes('arrears') : suspendedFor.length > 0;
    case 'charge-uncollected':
      return thresholds !== null && uncollected !== null;
  }
}
