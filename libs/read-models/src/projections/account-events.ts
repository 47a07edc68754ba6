import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type AccountEvent, type HoldEnding, readUsedKey, requestKey } from '#domain';
import type { AccountSummaries, AccountSummary } from './accounts/account-summaries.ts';
import { balanceAfter } from './accounts/balance-after.ts';
import { ContradictingEvent } from './contradicting-event.ts';
import { DueRows } from './due/due-rows.ts';
import { HoldRows } from './holds/hold-rows.ts';
import { OrderRows } from './orders/order-rows.ts';
import { PackRows } from './packs/pack-rows.ts';
import { WarningRows } from './warnings/warning-rows.ts';

/** Writes one event of an account into the tables. */
export class AccountEvents {
  readonly #summaries: AccountSummaries;
  readonly #holds: HoldRows;
  readonly #warnings: WarningRows;
  readonly #schedule: DueRows;
  readonly #packs: PackRows;
  readonly #orders: OrderRows;
  readonly #addRequest: StatementSync;
  readonly #putRequest: StatementSync;
  readonly #putTerms: StatementSync;

  constructor(database: DatabaseSync, summaries: AccountSummaries) {
    this.#summaries = summaries;
    this.#holds = new HoldRows(database);
    this.#warnings = new WarningRows(database);
    this.#schedule = new DueRows(database);
    this.#packs = new PackRows(database, this.#schedule);
    this.#orders = new OrderRows(database);
    this.#putTerms = database.prepare('UPDATE accounts SET terms = ? WHERE number = ?');
    this.#addRequest = database.prepare(
      'INSERT INTO requests (account, key, type, data) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#putRequest = database.prepare(
      `INSERT INTO requests (account, key, type, data) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET type = excluded.type, data = excluded.data`,
    );
  }

  /**
   * @param text the event's data in its present version.
   * @throws ContradictingEvent, before anything is written, if the event cannot have happened.
   */
  apply(accountId: string, revision: number, event: AccountEvent, text: string): void {
    const row = this.#rowFor(accountId, revision, event, text);
    this.#write(row, revision, event, text);
    this.#schedule.apply(row, event);
    this.#packs.apply(row, event);
    row.balance = balanceAfter(row.balance, event);
    row.revision = revision;
    this.#summaries.touch(row);
  }

  #rowFor(accountId: string, revision: number, event: AccountEvent, text: string): AccountSummary {
    const row = this.#summaries.of(accountId);
    const before = row?.revision ?? -1;
    if (revision !== before + 1) {
      throw new ContradictingEvent(`revision ${String(revision)} follows ${String(before)}`);
    }
    if (event.type !== 'account-opened.v1') {
      if (row === undefined) throw new ContradictingEvent('the account was never opened');
      return row;
    }
    if (row !== undefined) throw new ContradictingEvent('the account was opened before');
    if (event.data.accountId !== accountId) throw new ContradictingEvent(`it opens ${event.data.accountId}`);
    return this.#summaries.add(accountId, text);
  }

  #write(row: AccountSummary, revision: number, event: AccountEvent, text: string): void {
    const { account } = row;
    switch (event.type) {
      case 'funds-frozen.v1': {
        const { expiresAt } = event.data;
        this.#holds.open(account, event.data, text);
        row.openHolds += 1;
        if (row.nextDeadline === null || expiresAt < row.nextDeadline) row.nextDeadline = expiresAt;
        return;
      }
      case 'call-failed.v1': {
        const { holdId, attemptId } = event.data;
        this.#holds.assertOpen(account, holdId);
        this.#addRequest.run(account, requestKey('attempt', `${holdId}/${attemptId}`), event.type, text);
        return;
      }
      case 'hold-settled.v1':
      case 'hold-released.v1':
      case 'hold-expired.v1':
        this.#endHold(row, event, text);
        return;
      case 'hold-settled-late.v1':
        this.#holds.settleLate(account, event.data.holdId, text);
        return;
      case 'charge-uncollected.v1':
        this.#holds.noteUncollected(account, event.data.holdId, text);
        return;
      case 'charge-refunded.v1':
        this.#holds.refund(account, event.data);
        break;
      case 'deposit-reversed.v1':
        this.#putRequest.run(account, requestKey('reversed', event.data.depositId), event.type, text);
        break;
      case 'terms-changed.v1':
        this.#putTerms.run(JSON.stringify(event.data.terms), account);
        break;
      case 'account-suspended.v1':
      case 'account-resumed.v1':
        row.suspendedFor = event.data.suspendedFor;
        break;
      case 'account-closed.v1':
        row.closed = true;
        break;
      case 'warning-raised.v1':
        this.#warnings.add(account, revision, text);
        return;
      case 'arrears-suspended.v1':
        row.suspendedFor = [...row.suspendedFor, 'arrears'];
        return;
      case 'arrears-cleared.v1':
        row.suspendedFor = row.suspendedFor.filter((cause) => cause !== 'arrears');
        return;
      case 'order-opened.v1':
        this.#orders.open(account, event.data);
        break;
      case 'order-paid.v1':
      case 'order-closed.v1':
        this.#orders.assertOpened(account, event.data.orderId);
        break;
      default:
    }
    const key = readUsedKey(event);
    if (key !== undefined) this.#addRequest.run(account, key, event.type, text);
  }

  #endHold(row: AccountSummary, ending: HoldEnding, text: string): void {
    const { deadline } = this.#holds.end(row.account, ending, text);
    row.openHolds -= 1;
    // A younger hold with a nearer deadline keeps `nextDeadline` right: only the end of the nearest one moves it.
    if (deadline === row.nextDeadline) row.nextDeadlineGone = true;
  }
}
