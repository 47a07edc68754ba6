import { getHeapStatistics } from 'node:v8';

/** Most events that are read and folded into the read models in one transaction. */
export const pageEventsMax = 10_000;

/** Characters of their texts after which such a page ends. */
export const pageCharactersMax = 8 * 1_024 * 1_024;

/** How often the read models look for new events when nobody wakes them, in ms. */
export const pollIntervalMs = 100;

/**
 * Bounds, in ms, of the pause between two transactions at the end of the log, in which events gather to share the next
 * one. In between it is `gatherFactor` times as long as the last transaction took: a page of 10 000 events costs less
 * than half as much per event as one of 2 000, so under load the read models come in fewer and larger pieces.
 */
export const gatherMinMs = 5;
export const gatherMaxMs = 1_000;
export const gatherFactor = 8;

/** How often the read models' thread tells how long it has heard nothing of a store that is elsewhere, in ms. */
export const quietReportedEveryMs = 1_000;

/** Pause before the read models try again after a failure, in ms. */
export const failurePauseMs = 1_000;

/** How long a connection waits for a lock of another, in ms. */
export const lockWaitMs = 2_000;

/** How long closing waits for the read models' thread to finish its page, in ms. */
export const closeWaitMs = 5_000;

/** Most read model files in one directory, one for each process. */
export const readModelsFilesMax = 64;

/** How the filter of hold ids is kept. */
export interface FilterLimits {
  /** Ids of one segment; a power of two. */
  readonly segmentIds: number;
  /** Ids after which the filter is written into the read model file: so many may have to be read again at the start. */
  readonly savedEveryIds: number;
}

/** A segment has 2 MiB, and reading an eighth of its ids again takes about a tenth of a second. */
export const filterLimits: FilterLimits = { segmentIds: 2 ** 20, savedEveryIds: 2 ** 17 };

/** Most accounts whose summaries the writer keeps in memory between pages. */
export const summariesCachedMax = 50_000;

/** Most accounts whose numbers a reader keeps in memory. */
export const accountNumbersCachedMax = 100_000;

/** Most snapshots that wait for the checkpoint to pass them; beyond it the oldest is lost. */
export const snapshotsPendingMax = 1_000;

/** Most characters of state in all snapshots that wait; beyond it the oldest is lost. An eighth of the thread's memory. */
export const snapshotsPendingCharactersMax = Math.min(getHeapStatistics().heap_size_limit / 8, 128 * 1024 * 1024);

/** How densely old snapshots are kept, see `SnapshotKeeper`. A power of two. */
export const snapshotDensity = 16;

/** Most events out of service that are tried again when a read model file is opened. */
export const parkedTriedMax = 1_000;
