import { balanceTexts, type AccountEvent, type WarningKind } from '#domain';
import { printable, printableJson } from '#terminal';
import { historyOf, type Step, type Streams } from './account-history.ts';
import { causeOf } from './cause.ts';
import type { Finding } from './finding.ts';
import { balanceLine, findingLine, timeText } from './texts.ts';

export interface ReplayOptions {
  /** First revision that is shown. */
  readonly from: number;
  /** Most events that are shown. */
  readonly limit: number;
  readonly json: boolean;
}

/**
 * Writes the history of an account, one line an event with the balance after it, as it is read. Returns what is wrong
 * with it.
 *
 * @throws NoSuchData if there is no such account.
 */
export async function replay(
  streams: Streams,
  accountId: string,
  { from, limit, json }: ReplayOptions,
  write: (line: string) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let shown = 0;
  for await (const step of historyOf(streams, accountId, findings)) {
    if (step.recorded.revision < from) continue;
    if (shown >= limit) break;
    if (json && shown === 0) write(`{"accountId":${printableJson(accountId)},"events":[`);
    write(json ? `${shown === 0 ? '' : ','}${printableJson(stepJson(step))}` : stepLine(step));
    shown += 1;
  }
  if (!json) {
    for (const finding of findings) write(findingLine(finding));
    return findings;
  }
  if (shown === 0) write(`{"accountId":${printableJson(accountId)},"events":[`);
  write(`],"findings":${printableJson(findings)}}`);
  return findings;
}

function stepJson({ recorded, event, state }: Step): object {
  const { revision, id, hash, type } = recorded;
  const metadata: unknown = JSON.parse(recorded.metadata);
  const { at } = event.data;
  const balance = balanceTexts(state.standing.balance);
  return { revision, at: timeText(at), type, id, hash, data: event.data, metadata, balance };
}

function stepLine({ recorded, event, state }: Step): string {
  const revision = String(recorded.revision).padStart(6);
  const type = recorded.type.replace(/\.v\d+$/, '').padEnd(18);
  const moved = printable(movedText(event)).padEnd(60);
  const { actor, correlationId } = causeOf(recorded);
  const cause = printable(`by ${actor}, ${correlationId}`);
  return `${revision}  ${timeText(event.data.at)}  ${type}  ${moved}  ${balanceLine(state)}  ${cause}`;
}

/** What an event moved, in a few words. */
export function movedText(event: AccountEvent): string {
  switch (event.type) {
    case 'account-opened.v1':
      return `${event.data.currency}, ${event.data.priceBook ?? 'no price book'}`;
    case 'funds-deposited.v1':
      return `${event.data.depositId} +${event.data.amount}`;
    case 'funds-withdrawn.v1':
      return `${event.data.withdrawalId} -${event.data.amount}`;
    case 'balance-adjusted.v1':
      return `${event.data.adjustmentId} ${event.data.amount}: ${event.data.reason}`;
    case 'funds-frozen.v2': {
      const { holdId, amount, product, quantity } = event.data;
      const what = product === null ? '' : ` for ${String(quantity)} ${product}`;
      return `${holdId} ${amount}${what}`;
    }
    case 'hold-settled.v2':
      return `${event.data.holdId} ${event.data.amount} charged, ${event.data.returned} returned`;
    case 'hold-settled-late.v2':
      return `${event.data.holdId} ${event.data.amount} charged late`;
    case 'charge-uncollected.v1':
      return `${event.data.holdId} ${event.data.amount} could not be charged`;
    case 'charge-refunded.v2':
      return `${event.data.holdId} ${event.data.amount} refunded: ${event.data.reason}`;
    case 'deposit-reversed.v1':
      return `${event.data.depositId} -${event.data.amount} reversed: ${event.data.reason}`;
    case 'call-failed.v1':
      return `${event.data.holdId} ${event.data.attemptId}: ${event.data.reason}`;
    case 'hold-released.v2':
      return `${event.data.holdId} ${event.data.amount} returned: ${event.data.reason}`;
    case 'hold-expired.v2':
      return `${event.data.holdId} ${event.data.amount} returned`;
    case 'pack-bought.v1':
      return `${event.data.packId} ${String(event.data.units)} ${event.data.family} for ${event.data.price}`;
    case 'pack-granted.v1':
      return `${event.data.packId} ${String(event.data.units)} ${event.data.family}: ${event.data.reason}`;
    case 'trial-taken.v1':
      return `${event.data.packId} ${String(event.data.units)} ${event.data.family} to try`;
    case 'pack-expired.v1':
      return `${event.data.packId} ${String(event.data.units)} units expired`;
    case 'pack-refunded.v1':
      return `${event.data.packId} ${event.data.amount} refunded for ${String(event.data.units)} units`;
    case 'terms-changed.v1':
    case 'account-suspended.v1':
    case 'account-resumed.v1':
    case 'account-closed.v2':
      return `${event.data.changeId}: ${event.data.reason}`;
    case 'warning-raised.v1': {
      const { warning, subject, threshold, value } = event.data;
      return [warning, subject, value, thresholdText(warning, threshold)].filter(Boolean).join(' ');
    }
    case 'budget-set.v1':
      return `${event.data.name} ${event.data.limit} a ${event.data.period}: ${event.data.reason}`;
    case 'zone-noted.v1':
      return `clocks as of ${event.data.zone.version}`;
    case 'bill-issued.v1':
      return `${event.data.date}: ${event.data.owed} owed`;
    case 'arrears-suspended.v1':
    case 'arrears-cleared.v1':
      return '';
    case 'order-opened.v1':
      return `${event.data.orderId} of ${event.data.amount} by ${event.data.channel}`;
    case 'order-paid.v1':
      return `${event.data.orderId} ${event.data.amount} by ${event.data.transactionId}`;
    case 'order-closed.v1':
      return event.data.orderId;
  }
}

function thresholdText(warning: WarningKind, threshold: string | null): string | null {
  if (threshold === null) return null;
  if (warning === 'pack-expiring') return `within ${threshold} days`;
  return warning === 'pack-low' ? `below ${threshold} %` : `below ${threshold}`;
}
