import { HoldfastProblem } from '#client';
import type { Hold, Warning } from '#contract';
import { amountText, parseAmount } from './amounts.ts';
import { type PackScenario, unitsReserved } from './pack-scenario.ts';
import { table } from './table.ts';

/** Decimals that money is shown with, at least. */
const decimals = 2;

/** The scenario as text, at most 100 columns wide. */
export function packScenarioText(scenario: PackScenario): readonly string[] {
  const { account, holds, pack, budget } = scenario;
  return [
    `${account.accountId} has a pack of ${String(pack.units)} units, and pays in money for what no pack covers:`,
    '',
    ...table(
      ['list', 'persons', 'frozen of the pack', 'frozen in money', 'used of the pack', 'paid in money'],
      holds.map((hold, index) => toRow(hold, index + 1)),
    ),
    '',
    `Of the pack ${String(pack.consumed)} of ${String(pack.units)} units are used.`,
    `Its budget ${budget.name} allows ${money(budget.limit)} a ${budget.period}: ${money(budget.used)} used, ${money(budget.left)} left.`,
    ...scenario.warnings.map(warningText),
    ...refusalTexts(scenario),
    ...billTexts(scenario),
    '',
  ];
}

function toRow(hold: Hold, number: number): readonly string[] {
  const used = (hold.packs?.consumed ?? []).reduce((sum, { units }) => sum + units, 0);
  return [
    `list ${String(number)}`,
    String(hold.quantity ?? 0),
    String(unitsReserved(hold)),
    money(hold.amount),
    String(used),
    money(hold.settledAmount ?? '0'),
  ];
}

/** What somebody who listens to the account's webhooks was told. */
function warningText({ warning, value, threshold }: Warning): string {
  const sums = value === null || threshold === null ? '' : `: ${money(value)}, below ${money(threshold)}`;
  return `A warning was raised, ${warning}${sums}.`;
}

function refusalTexts(scenario: PackScenario): readonly string[] {
  const { refusal } = scenario.tally;
  if (refusal === undefined) return [];
  if (!(refusal instanceof HoldfastProblem) || refusal.code !== 'budget_exceeded') {
    return [`The next list was refused: ${refusal.message}`];
  }
  return [`The next list was refused, ${refusal.code}: it needs ${money(String(refusal.facts['required']))}.`];
}

/** A bill is of a day that is over, so an account of today has none. */
function billTexts({ account, bills }: PackScenario): readonly string[] {
  const last = bills.at(-1);
  if (last === undefined) {
    return [`No bill yet: a day is billed when it is over, from 10 o'clock of the next on (${account.timeZone}).`];
  }
  const count = bills.length === 1 ? '1 bill' : `${String(bills.length)} bills`;
  return [`${count} in the last 31 days; the newest is of ${last.date}, with ${money(last.owed)} owed.`];
}

function money(amount: string): string {
  return amountText(parseAmount(amount), decimals);
}
