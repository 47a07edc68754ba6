/** Heads of an earlier moment that are looked up at once. */
export const lookUpsAtOnce = 8;

/** How often it is asked whether a checkpoint is due, in ms. */
export const dueAskedEveryMs = 30_000;

/** Longest pause after a checkpoint of the schedule could not be made, in ms. */
export const failurePauseMs = 600_000;

/** How long a checkpoint waits for the read models to have what was written before it was asked for, in ms. */
export const readModelsWaitMaxMs = 10_000;

/** How often it is asked whether they have, in ms. */
export const readModelsAskedEveryMs = 10;

/** Most events that the read models may be behind and yet be waited for to the very last. */
export const readModelsLagMax = 100_000;

/** Most exports that are remembered, so that one that is logged again is known. */
export const exportsKnownMax = 10_000;
