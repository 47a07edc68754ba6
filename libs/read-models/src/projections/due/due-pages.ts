import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DuePage, DueQuery, DueSecond } from '#application/ports';

const secondMs = 1_000;

interface DueAccount {
  readonly account: number;
  readonly account_id: string;
  readonly next_deadline: number;
}

/**
 * Pages of the seconds in which something falls due: the accounts from the index of nearest deadlines, then one look-up for
 * each second of each, however much falls into it.
 */
export class DuePages {
  readonly #accounts: StatementSync;
  readonly #nearest: StatementSync;

  constructor(database: DatabaseSync) {
    this.#accounts = database.prepare(dueAccountsSql);
    this.#nearest = database.prepare(nearestDeadlineSql);
  }

  page({ now, until, after, limit }: DueQuery): DuePage {
    const { deadline, account } = after ?? { deadline: 0, account: 0 };
    const due = this.#accounts.all(until, deadline, account, limit) as unknown as readonly DueAccount[];
    const last = due.length < limit ? undefined : due.at(-1);
    return {
      seconds: due.flatMap((each) => this.#listSeconds(each, now, until)),
      next: last === undefined ? null : { deadline: last.next_deadline, account: last.account },
    };
  }

  #listSeconds(due: DueAccount, now: number, until: number): readonly DueSecond[] {
    const seconds: DueSecond[] = [];
    let deadline: number | undefined = due.next_deadline;
    while (deadline !== undefined) {
      const second = Math.floor(deadline / secondMs);
      seconds.push({ accountId: due.account_id, second });
      // What is overdue goes with the first.
      const from = Math.max(second + 1, Math.floor(now / secondMs));
      const next = this.#nearest.get(due.account, from * secondMs, until) as { deadline: number } | undefined;
      deadline = next?.deadline;
    }
    return seconds;
  }
}

/** The conditions are those of the index `due`, or SQLite would not use it. */
export const dueAccountsSql = `
  SELECT s.account, a.account_id, s.next_deadline
  FROM summaries AS s JOIN accounts AS a ON a.number = s.account
  WHERE s.next_deadline IS NOT NULL AND s.error IS NULL AND s.next_deadline <= ?
    AND (s.next_deadline, s.account) > (?, ?)
  ORDER BY s.next_deadline, s.account LIMIT ?`;

export const nearestDeadlineSql = `
  SELECT deadline FROM (
    SELECT min(deadline) AS deadline FROM open_holds WHERE account = ?1 AND deadline >= ?2 AND deadline <= ?3
    UNION ALL SELECT min(deadline) FROM schedule WHERE account = ?1 AND deadline >= ?2 AND deadline <= ?3)
  WHERE deadline IS NOT NULL ORDER BY deadline LIMIT 1`;
