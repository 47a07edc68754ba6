import { HoldfastProblem } from '#client';
import { amountText, parseAmount } from './amounts.ts';
import { type AccountReport, atOnce, type DemoReport } from './demo.ts';
import { packScenarioText } from './pack-report.ts';
import { table } from './table.ts';

/** Decimals that money is shown with, at least. */
const decimals = 2;

/** Most troubles that are told in full. */
const troublesListedMax = 5;

export function allAgree({ accounts }: DemoReport): boolean {
  return accounts.every(({ tally, check }) => check.agrees && tally.troubles.length === 0);
}

/** The report as text, at most 100 columns wide. */
export function formatReport(report: DemoReport): string {
  const { accounts, seconds } = report;
  const asked = accounts.reduce((sum, { tally }) => sum + tally.asked, 0);
  return [
    `${String(asked)} verifications in ${seconds.toFixed(1)} s, ${String(atOnce)} at a time`,
    '',
    ...table(
      ['account', 'asked', 'match', 'mismatch', 'failed', 'abandoned', 'refused', 'expired'],
      accounts.map(({ accountId, tally: { asked, counts, expired } }) => [
        accountId,
        ...[asked, counts.match, counts.mismatch, counts.failed, counts.abandoned, counts.refused, expired].map(String),
      ]),
    ),
    '',
    ...accounts.filter(({ tally }) => tally !== report.packScenario.tally).flatMap(refusalText),
    'Holds of failed and abandoned verifications expire: the short-lived ones have, the others will.',
    '',
    ...packScenarioText(report.packScenario),
    'What each account has paid since it was opened, and what its price table says for those units:',
    '',
    ...table(
      ['account', 'price book', 'units billed', 'paid', 'by the table', 'agrees'],
      accounts.map(({ accountId, check }) => [
        accountId,
        check.priceBook,
        String(check.unitsBilled),
        amountText(check.paid, decimals),
        amountText(check.byTable, decimals),
        check.agrees ? 'yes' : 'NO',
      ]),
    ),
    '',
    ...accounts.flatMap(derivationTexts),
    ...troubleTexts(accounts),
    allAgree(report) ? 'Every account paid what its price table says.' : 'Not everything is as it should be.',
  ].join('\n');
}

/** How the table comes to its total, where more than one price is in it. */
function derivationTexts({ accountId, check }: AccountReport): readonly string[] {
  const years = check.derivation.filter((parts) => parts.length > 1);
  return years.flatMap((parts) => [
    `${accountId}: ${parts.map(({ units, price }) => `${String(units)} x ${price}`).join(' + ')}`,
    '',
  ]);
}

/** The report for programs; amounts are decimal strings. */
export function reportToJson(report: DemoReport): string {
  const accounts = report.accounts.map(({ accountId, tally, check }) => ({
    accountId,
    asked: tally.asked,
    ...tally.counts,
    expired: tally.expired,
    priceBook: check.priceBook,
    unitsBilled: check.unitsBilled,
    paid: amountText(check.paid),
    paidByHolds: amountText(check.paidByHolds),
    byTable: amountText(check.byTable),
    agrees: check.agrees,
    troubles: tally.troubles,
  }));
  const { pack, budget, bills } = report.packScenario;
  const seconds = Number(report.seconds.toFixed(3));
  return JSON.stringify({ agrees: allAgree(report), seconds, accounts, pack, budget, bills });
}

/** What a customer reads whose money is not enough. */
function refusalText({ accountId, tally: { refusal } }: AccountReport): readonly string[] {
  if (refusal === undefined) return [];
  if (!(refusal instanceof HoldfastProblem) || refusal.code !== 'insufficient_available_balance') {
    return [`${accountId} was refused: ${refusal.message}`, ''];
  }
  const { required, available, frozen, enoughIfUnfrozen } = refusal.facts;
  const shown = (fact: unknown): string => amountText(parseAmount(String(fact)), decimals);
  const sums = `${shown(required)} needed, ${shown(available)} available, ${shown(frozen)} frozen`;
  return [
    `${accountId} was refused, ${refusal.code}: ${sums};`,
    enoughIfUnfrozen === true
      ? '  enoughIfUnfrozen: it has the money, but set aside for others of its calls.'
      : '  it has to pay in first.',
    '',
  ];
}

function troubleTexts(accounts: readonly AccountReport[]): readonly string[] {
  const troubles = accounts.flatMap(({ accountId, tally }) => tally.troubles.map((text) => `${accountId}: ${text}`));
  if (troubles.length === 0) return [];
  const more = troubles.length - troublesListedMax;
  return [...troubles.slice(0, troublesListedMax), ...(more > 0 ? [`… and ${String(more)} more`] : []), ''];
}
