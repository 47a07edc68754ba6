/** What alarms may take and wait; each can be set, these are the defaults. All times in ms. */
export interface AlarmLimits {
  /** Alarms set with one question. */
  readonly setAtOnceMax: number;
  /** Alarms that ring in one process at the same time. */
  readonly ringingMax: number;
  /** How long the start waits for Redis, to refuse one that would lose alarms; if it is away, the start goes on. */
  readonly bootWaitMs: number;
  /** How long an answer may take before setting or counting alarms fails. */
  readonly commandTimeoutMs: number;
  /** How long a connection may be silent after a question before it is reopened; above BullMQ's longest wait of 10 s. */
  readonly silentMaxMs: number;
  /** Pause before a worker that failed to fetch tries again. */
  readonly retryPauseMs: number;
  /** How long closing waits for what rings. */
  readonly closeWaitMs: number;
}

export const alarmLimits: AlarmLimits = {
  setAtOnceMax: 500,
  ringingMax: 50,
  bootWaitMs: 2_000,
  commandTimeoutMs: 2_000,
  silentMaxMs: 30_000,
  retryPauseMs: 1_000,
  closeWaitMs: 5_000,
};
