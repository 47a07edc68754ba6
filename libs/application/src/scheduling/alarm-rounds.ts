import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CommandBus } from '@nestjs/cqrs';
import { bounds } from '#domain';
import { ExpireDueHolds } from '../cqrs/commands.ts';
import type { Alarms, AlarmsState } from '../ports/alarms.ts';
import type { Clock } from '../ports/clock.ts';
import type { Position } from '../ports/event-store.ts';
import type { DuePlace, DueQuery, DueSecond, ReadModels } from '../ports/read-models.ts';
import { expireDue } from './sweeper.ts';

/** How often alarms are set, in ms: a hold may last for a second only. */
export const alarmRoundEveryMs = 500;

/**
 * How far ahead alarms are set in every case, in ms: several rounds may fail. What is due later has its alarm as soon as
 * there is room for it.
 */
export const alarmHorizonMinMs = 10_000;

/** How far ahead alarms are set while there is room, in ms: the longest time of a hold. */
export const alarmHorizonMaxMs = bounds.ttlSecondsMax * 1_000;

/**
 * Alarms of all processes, at which nothing is set ahead of {@link alarmHorizonMinMs} any more. Nearly all holds are settled
 * long before their deadline, and Redis keeps their alarms until then: some 900 bytes each.
 */
export const alarmsAheadMax = 50_000;

/** Accounts read from the read models at once: their look-ups hold up the event loop. */
export const alarmAccountsPageMax = 100;

/** The same of the first page far ahead, where an account may have something due in each of many seconds. */
const aheadPageFirst = 10;

/** Seconds of one page, about: a page with more is followed by one of half its accounts, and one with fewer by one of twice. */
const aheadPageSeconds = 500;

/** Most alarms that one round sets; the accounts with the latest deadlines wait for the next round. */
export const alarmsOfRoundMax = 100_000;

/** Looking far ahead takes at most one part in so many of the time. */
const aheadShare = 10;

/** How the alarms of this process are doing. */
export interface AlarmRoundsState extends AlarmsState {
  /** How long the open hold that is longest overdue has been so, in ms; 0 if none is. Grows when nobody rings. */
  readonly overdueMs: number;
  /** Why the last round could not set its alarms; undefined if it could. */
  readonly roundFailure: string | undefined;
  /** How far ahead everything that falls due has its alarm, in ms; it shrinks while there are too many. */
  readonly horizonMs: number;
}

export interface AlarmRoundsParts {
  readonly readModels: ReadModels;
  readonly commands: CommandBus;
  readonly alarms: Alarms;
  readonly clock: Clock;
  /** Default: {@link alarmsAheadMax}. */
  readonly aheadMax?: number;
}

/**
 * Sets the alarms of what falls due, in rounds, and processes everything that is due on an account whose alarm rings. Every
 * process sets each of them once, and all processes together one. What is overdue gets an alarm in every round, so that
 * it is not forgotten if its first one was lost.
 *
 * A freeze has its alarm from the next round on, for the whole time of its hold. Where there are too many alarms the horizon
 * up to which they are set shrinks by half, down to a few seconds; it grows again when half of them are gone.
 */
export class AlarmRounds {
  readonly #parts: AlarmRoundsParts;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> | undefined;
  #roundFailure: string | undefined;
  #horizonMs = alarmHorizonMaxMs;
  /** How far the read models were when all up to the horizon had its alarm. */
  #aheadUpTo: Position | undefined;
  /** When the next look ahead may begin, by a clock that cannot be set. */
  #aheadNotBefore = 0;
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
  round(): Promise<number> {
    return this.#setAlarms(true);
  }

  async state(): Promise<AlarmRoundsState> {
    const { readModels, alarms, clock } = this.#parts;
    const now = clock.now();
    return {
      ...(await alarms.state()),
      overdueMs: now - (readModels.oldestDue(now) ?? now),
      roundFailure: this.#roundFailure,
      horizonMs: this.#horizonMs,
    };
  }

  /** Sets no more alarms and waits for what rings at present; the lanes must still be open. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
    await this.#parts.alarms.close();
  }

  /** @param ahead whether it looks ahead of the next few seconds, too. */
  async #setAlarms(ahead: boolean): Promise<number> {
    const { clock } = this.#parts;
    if (clock.untrusted() !== undefined) return 0;
    const now = clock.now();
    this.#forgetBefore(now);
    const near = { now, until: now + alarmHorizonMinMs, limit: alarmAccountsPageMax };
    const { count } = await this.#setUpTo(near, alarmsOfRoundMax);
    return ahead ? count + (await this.#setAhead(now)) : count;
  }

  /** Sets what falls due up to the horizon, as long as there is room. */
  async #setAhead(now: number): Promise<number> {
    const { alarms, readModels, aheadMax = alarmsAheadMax } = this.#parts;
    const { position } = readModels.progress();
    const { counts } = await alarms.state();
    if (counts === undefined) return 0;
    if (counts.delayed < aheadMax / 2 && this.#horizonMs < alarmHorizonMaxMs) {
      this.#horizonMs = Math.min(2 * this.#horizonMs, alarmHorizonMaxMs);
      this.#aheadUpTo = undefined;
    }
    if (position === this.#aheadUpTo) return 0;
    const startedAt = performance.now();
    const ahead = { now, until: now + this.#horizonMs, limit: aheadPageFirst };
    const { count, all } = await this.#setUpTo(ahead, Math.max(0, aheadMax - counts.delayed));
    const endedAt = performance.now();
    this.#aheadNotBefore = endedAt + (aheadShare - 1) * (endedAt - startedAt);
    this.#aheadUpTo = all ? position : undefined;
    if (!all) this.#horizonMs = Math.max(this.#horizonMs / 2, alarmHorizonMinMs);
    return count;
  }

  /** @returns how many were set, and whether that was all of them. */
  async #setUpTo(
    query: Omit<DueQuery, 'after'>,
    max: number,
  ): Promise<{ readonly count: number; readonly all: boolean }> {
    const { readModels, alarms } = this.#parts;
    let after: DuePlace | null = null;
    let { limit } = query;
    let count = 0;
    do {
      const page = readModels.dueSeconds({ ...query, limit, after });
      limit = page.seconds.length > aheadPageSeconds ? Math.ceil(limit / 2) : Math.min(2 * limit, alarmAccountsPageMax);
      const unset = page.seconds.filter(({ accountId, second }) => this.#set.get(second)?.has(accountId) !== true);
      const seconds = unset.slice(0, max - count);
      if (seconds.length > 0) await alarms.set(seconds);
      for (const one of seconds) this.#remember(one);
      count += seconds.length;
      if (seconds.length < unset.length) return { count, all: false };
      after = page.next;
      await nextTurn();
    } while (after !== null);
    return { count, all: true };
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
    this.#round ??= this.#setAlarms(performance.now() >= this.#aheadNotBefore)
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
