import { strict as assert } from 'node:assert';
import { hash as digest } from 'node:crypto';
import type { AccountOpened } from '../account/events.ts';
import { type BillingTexts, billingTexts, readBilling } from '../billing/snapshot.ts';
import type { SpentTexts } from '../budgets/snapshot.ts';
import type { BudgetData } from '../budgets/snapshot.ts';
import { spentTexts } from '../budgets/snapshot.ts';
import { budgetData } from '../budgets/snapshot.ts';
import { readBudget } from '../budgets/snapshot.ts';
import { readSpent } from '../budgets/snapshot.ts';
import { assertSound, type BalanceTexts, balanceTexts, readBalance } from '../core/balance.ts';
import type { Due } from '../core/schedule.ts';
import type { AccountState } from '../core/state.ts';
import type { OpenHold } from '../holds/hold.ts';
import { type KeptOpening, openHoldBytes } from '../holds/kept-opening.ts';
import { parseMoney, sum } from '../kernel/money.ts';
import type { OrderOpened } from '../orders/events.ts';
import type { PackTexts } from '../packs/snapshot.ts';
import { packTexts } from '../packs/snapshot.ts';
import { readPack } from '../packs/snapshot.ts';
import { type PriceStep, type PriceTable, priceTable } from '../pricing/price-book.ts';
import type { AgreedTerms } from '../terms/events.ts';
import { termsFrom, toSteps } from '../terms/terms.ts';
import { type AccountWarning, accountWarnings } from '../warnings/events.ts';
import { watchAfter } from '../warnings/warnings.ts';
import type { WarningState } from '../warnings/watch.ts';
import type { ZoneFacts } from '../zones/zone-shape.ts';
import { evolve } from './evolve.ts';
import { foldVersion, initialState } from './state.ts';

/** An account's state as plain JSON data. What the id index already has is left out. */
interface SnapshotData {
  readonly foldVersion: number;
  readonly opened: AccountOpened;
  /** All that is stated of its time zone, of the opening and of every notice. */
  readonly zone: ZoneFacts;
  readonly agreed: AgreedTerms;
  readonly agreedTables: readonly (readonly PriceStep[])[];
  readonly revision: number;
  readonly lastAt: number;
  readonly balance: BalanceTexts;
  readonly suspendedFor: AccountState['summary']['suspendedFor'];
  readonly closed: boolean;
  readonly conventions: AccountState['summary']['conventions'];
  readonly watch: {
    readonly raised: readonly AccountWarning[];
    readonly uncollected: WarningState['uncollected'];
  } | null;
  readonly spend: SpentTexts | null;
  readonly billing: BillingTexts;
  readonly unitsCharged: readonly (readonly [string, number])[];
  readonly lateWindow: readonly (readonly [number, number, number])[];
  readonly schedule: readonly Due[];
  readonly budgets: readonly BudgetData[];
  /** In the order of their closing. */
  readonly openOrders: readonly OrderOpened[];
  readonly packs: readonly PackTexts[];
  readonly trialsTaken: readonly string[];
  readonly openHolds: readonly { readonly opening: KeptOpening; readonly order: number; readonly attempts: number }[];
}

/**
 * Most characters that the open holds of a snapshot may take, about a third of a million holds without metadata: far
 * below the longest text that there can be, because a snapshot is made after an append that nothing may undo.
 */
const openHoldsCharactersMax = 128 * 1024 * 1024;

/** Hex digits of the SHA-256 that a snapshot begins with. */
const digestDigits = 64;

/**
 * The state of an open account as text; folding the later events onto {@link restoreState} of it gives the later state.
 * It begins with the SHA-256 of the rest, so that no other state is ever taken from it. Empty if the account has too
 * many open holds for a snapshot.
 *
 * @param charactersMax most that the open holds may take: making and reading a snapshot takes several times as much memory.
 */
export function writeSnapshot(state: AccountState, charactersMax = openHoldsCharactersMax): string {
  const { opened, summary, calendar } = state;
  if (opened === null || summary.terms === null || calendar === null)
    throw new RangeError('an account is opened before a snapshot is made of it');
  const { balance, spend } = summary;
  const openHolds = openHoldsText(state.openHolds, charactersMax);
  if (openHolds === undefined) return '';
  const data: Omit<SnapshotData, 'openHolds'> = {
    foldVersion,
    opened,
    zone: calendar.zone,
    agreed: summary.terms.agreed,
    agreedTables: [...state.agreedTables.keys()].sort().map((hash) => toSteps(findTable(state, hash))),
    revision: summary.revision,
    lastAt: summary.lastAt,
    balance: balanceTexts(balance),
    suspendedFor: summary.suspendedFor,
    closed: summary.closed,
    conventions: summary.conventions,
    watch: watchData(summary.watch),
    spend: spend === null ? null : spentTexts({ period: spend.day, amount: spend.amount }),
    billing: billingTexts(summary),
    unitsCharged: [...state.unitsCharged].sort(([left], [right]) => (left < right ? -1 : 1)),
    lateWindow: state.lateWindow.entries(summary.lastAt),
    schedule: state.schedule.all,
    budgets: state.budgets.page(null, state.budgets.size).map(budgetData),
    openOrders: [...state.openOrders.values()].sort(byClosing),
    packs: state.packs.all().map((pack) => packTexts(pack, state.packs.lateEntries(pack.packId, summary.lastAt))),
    trialsTaken: [...state.trialsTaken].sort(),
  };
  const text = `${JSON.stringify(data).slice(0, -1)},"openHolds":[${openHolds}]}`;
  return digest('sha256', text, 'hex') + text;
}

/** The holds in the order of their opening, as the members of a list; undefined if they are too long. */
function openHoldsText(holds: ReadonlyMap<string, OpenHold>, charactersMax: number): string | undefined {
  const texts: string[] = [];
  let characters = 0;
  for (const { opening, order, attempts } of [...holds.values()].sort((left, right) => left.order - right.order)) {
    const text = JSON.stringify({ opening, order, attempts });
    characters += text.length;
    if (characters > charactersMax) return undefined;
    texts.push(text);
  }
  return texts.join(',');
}

/**
 * The state that a snapshot was made of; undefined if it is not as it was made, or if another version of the fold made
 * it.
 *
 * @throws AssertionError if a state that this version wrote down contradicts itself.
 */
export function restoreState(text: string): AccountState | undefined {
  const data = parseData(text);
  if (data?.foldVersion !== foldVersion) return undefined;
  const state = initialState();
  evolve(state, { type: 'account-opened.v1', data: data.opened });
  if (state.calendar !== null) state.calendar = state.calendar.by(data.zone);
  for (const { opening, order, attempts } of data.openHolds) {
    const hold = { opening, amount: parseMoney(opening.amount), order, attempts };
    state.openHolds.set(opening.holdId, hold);
    state.openHoldBytes += openHoldBytes(opening);
    state.due.push(hold);
  }
  for (const [key, units] of data.unitsCharged) state.unitsCharged.set(key, units);
  for (const order of data.openOrders) state.openOrders.set(order.orderId, order);
  state.lateWindow.restore(data.lateWindow);
  state.schedule.restore(data.schedule);
  state.budgets.restore(data.budgets.map(readBudget));
  state.packs.restore(data.packs.map(({ late, ...texts }) => [readPack(texts), late]));
  for (const family of data.trialsTaken) state.trialsTaken.add(family);
  const { spend } = data;
  for (const table of data.agreedTables.map(priceTable)) state.agreedTables.set(table.hash, table);
  state.summary = {
    ...state.summary,
    terms: termsFrom(data.opened, data.agreed),
    revision: data.revision,
    lastAt: data.lastAt,
    balance: readBalance(data.balance),
    suspendedFor: data.suspendedFor,
    closed: data.closed,
    conventions: data.conventions,
    watch: readWarningState(data),
    spend: spend === null ? null : { day: readSpent(spend).period, amount: readSpent(spend).amount },
    ...readBilling(data.billing),
  };
  state.undo.commit();
  const { balance } = state.summary;
  assertSound(balance);
  const held = sum([...state.openHolds.values()].map(({ amount }) => amount));
  assert(balance.frozen === held, 'frozen is the sum of the open holds');
  return state;
}

/** By id where several close at once: equal histories give equal snapshots. */
function byClosing(left: OrderOpened, right: OrderOpened): number {
  if (left.closesAt !== right.closesAt) return left.closesAt - right.closesAt;
  return left.orderId < right.orderId ? -1 : 1;
}

function watchData(watch: WarningState | null): SnapshotData['watch'] {
  if (watch === null) return null;
  return { raised: accountWarnings.filter((kind) => watch.raised.has(kind)), uncollected: watch.uncollected };
}

function readWarningState({ agreed, watch, billing }: SnapshotData): WarningState | null {
  const fresh = watchAfter(null, agreed.warnings, billing.arrears !== null);
  if (fresh === null || watch === null) return null;
  return { ...fresh, raised: new Set(watch.raised), uncollected: watch.uncollected };
}

function parseData(text: string): SnapshotData | undefined {
  const rest = text.slice(digestDigits);
  if (digest('sha256', rest, 'hex') !== text.slice(0, digestDigits)) return undefined;
  try {
    return JSON.parse(rest) as SnapshotData;
  } catch {
    return undefined;
  }
}

function findTable(state: AccountState, hash: string): PriceTable {
  const table = state.agreedTables.get(hash);
  assert(table !== undefined, 'a table is found by its hash');
  return table;
}
