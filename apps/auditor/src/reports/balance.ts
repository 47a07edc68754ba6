import {
  type AccountEvent,
  type AccountState,
  type AccountStatus,
  type BalanceTexts,
  balanceTexts,
  type BudgetView,
  budgetView,
  initialState,
  type Pack,
  type PackUnitCounts,
  readStatus,
  sweep,
} from '#domain';
import { printable } from '#terminal';
import type { Finding } from '../finding.ts';
import { readHistory, type Streams } from '../source/account-history.ts';
import { NoSuchData } from '../source/open-log.ts';
import { findingLine, timeText } from '../texts.ts';

/** Every event up to a time and then what was due at it, or exactly the events up to a revision. */
export type Moment = { readonly at: number } | { readonly revision: number };

/** Most open holds that are listed; the count is always the full one. */
export const openHoldsListedMax = 1_000;

/** Most budgets that are listed. */
export const budgetsListedMax = 1_000;

/** An account as of a moment. */
export interface BalanceThen {
  readonly accountId: string;
  readonly asOf: string;
  /** Of the last event that counts. */
  readonly revision: number;
  readonly status: AccountStatus;
  readonly balance: BalanceTexts;
  readonly openHolds: number;
  /** In opening order, at most {@link openHoldsListedMax}. */
  readonly holds: readonly OpenHoldThen[];
  /** By name, with what was used of them in the period of that moment, at most {@link budgetsListedMax}. */
  readonly budgets: readonly BudgetView[];
  /** In the order in which they came. */
  readonly packs: readonly PackThen[];
  readonly findings: readonly Finding[];
}

/** Where the units of a pack were. */
export interface PackThen extends PackUnitCounts {
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly expiresAt: string;
}

export interface OpenHoldThen {
  readonly holdId: string;
  readonly amount: string;
  readonly openedAt: string;
  readonly expiresAt: string;
}

/**
 * The balance of an account as of a moment. With findings it is that of the last event that can be trusted.
 *
 * @throws NoSuchData if there was no such account then, or it has no such revision.
 */
export async function balanceAt(streams: Streams, accountId: string, moment: Moment): Promise<BalanceThen> {
  const findings: Finding[] = [];
  const counts = (event: AccountEvent, revision: number): boolean =>
    'at' in moment ? event.data.at <= moment.at : revision <= moment.revision;
  let state: AccountState | undefined;
  for await (const step of readHistory(streams, accountId, findings, counts)) state = step.state;
  if (state === undefined && findings.length === 0) throw new NoSuchData(`${accountId} was not open yet`);
  state ??= initialState();
  const { revision, lastAt } = state.summary;
  if ('revision' in moment && revision < moment.revision && findings.length === 0) {
    throw new NoSuchData(`${accountId} has no revision ${String(moment.revision)}: ${String(revision)} is its last`);
  }
  if ('at' in moment) sweep(state, moment.at, Number.POSITIVE_INFINITY);
  const openings = [...state.openHolds.values()].sort((left, right) => left.order - right.order);
  return {
    accountId,
    asOf: timeText('at' in moment ? moment.at : lastAt),
    revision,
    status: readStatus(state.summary),
    balance: balanceTexts(state.summary.balance),
    openHolds: openings.length,
    holds: openings.slice(0, openHoldsListedMax).map(({ opening: { holdId, amount, at, expiresAt } }) => ({
      holdId,
      amount,
      openedAt: timeText(at),
      expiresAt: timeText(expiresAt),
    })),
    budgets: state.budgets
      .page(null, budgetsListedMax)
      .map((budget) => budgetView(budget, 'at' in moment ? moment.at : lastAt)),
    packs: state.packs.all().map(packThen),
    findings,
  };
}

function packThen({ packId, family, units, expiresAt, ...pack }: Pack): PackThen {
  const { remaining, reserved, consumed, forfeited, refunded } = pack;
  const counts = { remaining, reserved, consumed, forfeited, refunded };
  return { packId, family, units, ...counts, expiresAt: timeText(expiresAt) };
}

/** The same for a terminal, line by line. */
export function balanceLines(then: BalanceThen): readonly string[] {
  const { accountId, asOf, revision, status, balance, openHolds, holds, budgets, packs, findings } = then;
  const parts: [string, string][] = Object.entries(balance);
  return [
    `${printable(accountId)} as of ${asOf}, after revision ${String(revision)}: ${status}`,
    ...parts.map(([part, amount]) => `  ${part.padEnd(10)} ${amount}`),
    `${String(openHolds)} open holds`,
    ...holds.map(
      ({ holdId, amount, openedAt, expiresAt }) => `  ${printable(holdId)} ${amount}  ${openedAt} to ${expiresAt}`,
    ),
    ...(openHolds > holds.length ? [`  … the first ${String(openHoldsListedMax)} are shown`] : []),
    ...budgets.map(
      ({ name, limit, period, used, left }) =>
        `budget ${printable(name)}: ${used} used, ${left} left of ${limit} a ${period}`,
    ),
    ...packs.map(
      ({ packId, family, units, remaining, reserved, consumed, expiresAt }) =>
        `pack ${printable(packId)}: ${String(remaining)} free, ${String(reserved)} reserved, ${String(consumed)} used of ` +
        `${String(units)} ${printable(family)}, until ${expiresAt}`,
    ),
    ...findings.map(findingLine),
  ];
}
