import type { CommandBus } from '@nestjs/cqrs';
import { ExpireDueHolds } from '../cqrs/commands.ts';
import type { Alarms, AlarmsState } from '../ports/alarms.ts';
import type { Clock } from '../ports/clock.ts';
import type { DuePlace, DueSecond, ReadModels } from '../ports/read-models.ts';
import { expireDue } from './sweeper.ts';

/** How often alarms are set, in ms: a hold may last for a second only. */
export const alarmRoundEveryMs = 500;

/**
 * How far ahead alarms are set, in ms: several rounds may fail. Nearly all holds are settled long before their deadline,
 * and no alarm was ever set for them; Redis holds the work of these few seconds.
 */
export const alarmHorizonMs = 10_000;

/** Accounts read from the views at once: their look-ups hold up the event loop. */
export const alarmAccountsPageMax = 100;

/** Most alarms that one round sets; the accounts with the latest deadlines wait for the next round. */
export const alarmsOfRoundMax = 100_000;

/** How the alarms of this process are doing. */
export interface AlarmRoundsState extends AlarmsState {
  /** How long the open hold that is longest overdue has been so, in ms; 0 if none is. Grows when nobody rings. */
  readonly overdueMs: number;
  /** Why the last round could not set its alarms; undefined if it could. */
  readonly roundFailure: string | undefined;
}

export interface AlarmRoundsParts {
  readonly views: ReadModels;
  readonly commands: CommandBus;
  readonly alarms: Alarms;
  readonly clock: Clock;
}

/**
 * Sets the alarms of what falls due soon, in rounds, and lets happen what is due on an account whose alarm rings. Every
 * process sets each of them once, and all processes together one. What is overdue gets an alarm in every round, so that
 * it is not forgotten if its first one was lost.
 */
export class AlarmRounds {
  readonly #parts: AlarmRoundsParts;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> | undefined;
  #roundFailure: string | undefined;
  /** The accounts whose alarms this process has set already, by second. */
  readonly #set = new Map<number, Set<string>>();

  constructor(parts: AlarmRoundsParts) {
    this.#parts = parts;
  }

  /** Rings here from now on, and sets alarms at once and then in every round. */
  start(everyMs = alarmRoundEveryMs): void {
    this.#parts.alarms.listen((accountId) => this.#ring(accountId));
    this.#begin();
    this.#timer = setInterval(() => {
      this.#begin();
    }, everyMs);
    this.#timer.unref();
  }

  /** One round. Returns how many alarms were set; rejects if that failed. */
  async round(): Promise<number> {
    const { views, alarms, clock } = this.#parts;
    if (clock.unsure() !== undefined) return 0;
    const now = clock.now();
    this.#forgetBefore(now);
    let after: DuePlace | null = null;
    let count = 0;
    do {
      const page = views.dueSeconds({ now, until: now + alarmHorizonMs, after, limit: alarmAccountsPageMax });
      const seconds = page.seconds.filter(({ accountId, second }) => this.#set.get(second)?.has(accountId) !== true);
      if (seconds.length > 0) await alarms.set(seconds);
      for (const one of seconds) this.#remember(one);
      count += seconds.length;
      after = page.next;
    } while (after !== null && count < alarmsOfRoundMax);
    return count;
  }

  async state(): Promise<AlarmRoundsState> {
    const { views, alarms, clock } = this.#parts;
    const now = clock.now();
    return {
      ...(await alarms.state()),
      overdueMs: now - (views.oldestDue(now) ?? now),
      roundFailure: this.#roundFailure,
    };
  }

  /** Sets no more alarms and waits for what rings at present; the lanes must still be open. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
    await this.#parts.alarms.close();
  }

  #remember({ accountId, second }: DueSecond): void {
    const accounts = this.#set.get(second) ?? new Set();
    this.#set.set(second, accounts.add(accountId));
  }

  /** What should have rung by now, and is still there, was lost. */
  #forgetBefore(now: number): void {
    for (const second of this.#set.keys()) {
      if ((second + 1) * 1_000 <= now) this.#set.delete(second);
    }
  }

  #begin(): void {
    this.#round ??= this.round()
      .then(
        () => {
          this.#roundFailure = undefined;
        },
        (error: unknown) => {
          this.#roundFailure = String(error);
        },
      )
      .finally(() => {
        this.#round = undefined;
      });
  }

  async #ring(accountId: string): Promise<void> {
    const command = new ExpireDueHolds(accountId, { ...expireDue, correlationId: 'alarm' });
    const answer = await this.#parts.commands.execute(command);
    if (answer.kind === 'refused') throw new Error(`what is due on ${accountId} could not happen: ${answer.code}`);
  }
}
