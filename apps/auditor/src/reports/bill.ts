import {
  type AccountCalendar,
  type AccountOpened,
  type BillContent,
  type BillDocument,
  billDocument,
  BillFold,
  type BillIssued,
  initialState,
} from '#domain';
import type { Finding } from '../finding.ts';
import { readHistory, type Streams } from '../source/account-history.ts';
import { NoSuchData } from '../source/open-log.ts';

/** A bill as it is by the events alone, and what is wrong with the one that was issued. */
export interface BillThen {
  readonly bill: BillDocument;
  readonly findings: readonly Finding[];
}

interface Issued {
  readonly bill: BillIssued;
  readonly stream: string;
  readonly revision: number;
}

/**
 * Recomputes the bill of a day from the events and compares it with what was issued. Keeps the product of every hold of
 * the account while it works.
 *
 * @param given the text of a bill that must be this one, byte for byte.
 * @throws NoSuchData if the account or the bill does not exist.
 */
export async function rebuildBill(
  streams: Streams,
  accountId: string,
  date: string,
  given?: string,
): Promise<BillThen> {
  const findings: Finding[] = [];
  const issued = await issuedBill(streams, accountId, date, findings);
  if (issued === undefined) throw new NoSuchData(`${accountId} has no bill of ${date}`);
  const { bill, stream, revision } = issued;
  const report = (detail: string): void => {
    findings.push({ kind: 'bill-wrong', stream, revision, detail });
  };
  const { opened, calendar, content, lastHash, firstAt, lastAt } = await foldDay(streams, accountId, bill);
  const day = calendar.findDay(bill.from);
  if (day.name !== date || day.from !== bill.from || day.until !== bill.until)
    report('it is not of the day that it names');
  if (firstAt < bill.from || lastAt >= bill.until) report('it has events of other days');
  if (lastHash !== bill.chainHash) report('it names another hash than that of its last event');
  const document = billDocument(opened, bill, content);
  if (given !== undefined && given.trimEnd() !== JSON.stringify(document)) report('the bill that was given is another');
  return { bill: document, findings };
}

async function issuedBill(
  streams: Streams,
  accountId: string,
  date: string,
  findings: Finding[],
): Promise<Issued | undefined> {
  for await (const { event, recorded } of readHistory(streams, accountId, findings)) {
    if (event.type !== 'bill-issued.v1' || event.data.date !== date) continue;
    return { bill: event.data, stream: recorded.stream, revision: recorded.revision };
  }
  return undefined;
}

interface Folded {
  readonly opened: AccountOpened;
  readonly calendar: AccountCalendar;
  readonly content: BillContent;
  readonly lastHash: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

async function foldDay(
  streams: Streams,
  accountId: string,
  { firstRevision, lastRevision, format }: BillIssued,
): Promise<Folded> {
  const products = new Map<string, string | null>();
  let state = initialState();
  let fold = new BillFold(state, format);
  const seen = { lastHash: '', firstAt: 0, lastAt: 0 };
  const counts: Parameters<typeof readHistory>[3] = (event, revision, before) => {
    if (revision > lastRevision) return false;
    if (revision === firstRevision) fold = new BillFold(before, format);
    if (revision >= firstRevision) fold.take(before, event, revision);
    return true;
  };
  for await (const step of readHistory(streams, accountId, [], counts)) {
    const { event, recorded } = step;
    state = step.state;
    if (event.type === 'funds-frozen.v1') products.set(event.data.holdId, event.data.product);
    if (recorded.revision === firstRevision) seen.firstAt = event.data.at;
    seen.lastHash = recorded.hash;
    seen.lastAt = event.data.at;
  }
  const { opened, calendar } = state;
  if (opened === null || calendar === null) throw new NoSuchData(`there is no account ${accountId}`);
  return { ...seen, opened, calendar, content: fold.finish(state, (holdId) => products.get(holdId)) };
}
