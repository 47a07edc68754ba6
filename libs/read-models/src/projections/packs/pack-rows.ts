import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type AccountEvent, expiryNotice, type PackUnits } from '#domain';
import type { AccountSummary } from '../accounts/account-summaries.ts';
import type { DueRows } from '../due/due-rows.ts';

interface PackRow {
  readonly pack_id: string;
  readonly expires_at: number;
  readonly expiry_notified: number;
}

/**
 * Writes which packs can still be used up or expire, and how many units are left in each: what falls due with a pack
 * depends on that, and on the thresholds of its account.
 */
export class PackRows {
  readonly #schedule: DueRows;
  readonly #add: StatementSync;
  readonly #use: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeAll: StatementSync;
  readonly #all: StatementSync;
  readonly #report: StatementSync;
  readonly #days: StatementSync;

  constructor(database: DatabaseSync, schedule: DueRows) {
    this.#schedule = schedule;
    this.#add = database.prepare(
      'INSERT INTO packs (account, pack_id, expires_at, units_left, expiry_notified) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING',
    );
    this.#use = database.prepare(
      'UPDATE packs SET units_left = units_left - ? WHERE account = ? AND pack_id = ? RETURNING units_left',
    );
    this.#remove = database.prepare('DELETE FROM packs WHERE account = ? AND pack_id = ?');
    this.#removeAll = database.prepare('DELETE FROM packs WHERE account = ?');
    this.#all = database.prepare('SELECT pack_id, expires_at, expiry_notified FROM packs WHERE account = ?');
    this.#report = database.prepare('UPDATE packs SET expiry_notified = ? WHERE account = ? AND pack_id = ?');
    this.#days = database.prepare(
      "SELECT json_extract(terms, '$.warnings.packExpiresWithinDays') AS days FROM accounts WHERE number = ?",
    );
  }

  apply(row: AccountSummary, event: AccountEvent): void {
    const { account } = row;
    switch (event.type) {
      case 'pack-bought.v1':
      case 'pack-granted.v1':
      case 'trial-started.v1': {
        const { packId, expiresAt, units, at } = event.data;
        this.#add.run(account, packId, expiresAt, units);
        const { days } = this.#days.get(account) as { days: number | null };
        this.#setNotice(row, { pack_id: packId, expires_at: expiresAt, expiry_notified: 0 }, days, at);
        return;
      }
      case 'hold-settled.v1':
        this.#useUp(row, event.data.packs);
        return;
      case 'hold-settled-late.v1':
        this.#useUp(
          row,
          event.data.packs?.map(({ packId, units, reclaimed }) => ({ packId, units: units - (reclaimed?.units ?? 0) })),
        );
        return;
      case 'pack-expired.v1':
      case 'pack-refunded.v1':
        this.#gone(row, event.data.packId);
        return;
      case 'account-closed.v1':
        this.#removeAll.run(account);
        return;
      case 'terms-changed.v1': {
        const { at, terms } = event.data;
        for (const pack of this.#all.all(account) as unknown as readonly PackRow[]) {
          this.#setNotice(row, pack, terms.warnings.packExpiresWithinDays, at);
        }
        return;
      }
      case 'warning-raised.v1': {
        const { warning, subject } = event.data;
        if (warning !== 'pack-expiring' || subject === null) return;
        this.#report.run(1, account, subject);
        this.#schedule.remove(row, 'pack-notice', subject);
        return;
      }
      default:
    }
  }

  #setNotice(row: AccountSummary, pack: PackRow, days: number | null, at: number): void {
    const { pack_id: packId, expires_at: expiresAt, expiry_notified: before } = pack;
    const { notified, dueAt } = expiryNotice({ expiresAt, notified: before !== 0 }, days, at);
    this.#report.run(notified ? 1 : 0, row.account, packId);
    if (dueAt === null) this.#schedule.remove(row, 'pack-notice', packId);
    if (dueAt !== null) this.#schedule.put(row, 'pack-notice', packId, dueAt);
  }

  #useUp(row: AccountSummary, packs: readonly PackUnits[] | null | undefined): void {
    for (const { packId, units } of packs ?? []) {
      const after = this.#use.get(units, row.account, packId) as { units_left: number } | undefined;
      if (after?.units_left === 0) this.#gone(row, packId);
    }
  }

  #gone(row: AccountSummary, packId: string): void {
    this.#remove.run(row.account, packId);
    for (const kind of ['pack-expiry', 'pack-notice'] as const) this.#schedule.remove(row, kind, packId);
  }
}
