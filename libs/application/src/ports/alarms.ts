import type { DueSecond } from './read-models.ts';

/** How alarms are doing, for health and metrics. */
export interface AlarmsState {
  /** `away`: nobody can be asked at present; the sweeper alone sees to what is due. */
  readonly mode: 'working' | 'away';
  /** The last trouble with whoever keeps or rings them; undefined if there was none yet. */
  readonly trouble: string | undefined;
  /** Alarms that rang in this process, since the start, and how many of them failed. */
  readonly rung: number;
  readonly failed: number;
  /** Alarms of all processes: set, due, and ringing. Undefined while nobody can be asked. */
  readonly counts: { readonly delayed: number; readonly waiting: number; readonly active: number } | undefined;
}

/**
 * Alarms that suggest, to some process, that something of an account is due. They decide nothing: one that comes early,
 * late, twice or never changes no balance.
 */
export abstract class Alarms {
  /** Sets an alarm at the end of each of these seconds; one that is set already stays one. Rejects if it could not. */
  abstract set(seconds: readonly DueSecond[]): Promise<void>;
  /** From now on rings here too. An alarm counts as failed if `ring` rejects. To be called once. */
  abstract listen(ring: (accountId: string) => Promise<void>): void;
  abstract state(): Promise<AlarmsState>;
  /** Rings no more, and resolves when what rings at present is done. */
  abstract close(): Promise<void>;
}
