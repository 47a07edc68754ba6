import type { Clock, EventStore, ReadModels } from '#application/ports';
import type { HeadsReaderSource } from './heads-reader.ts';
import type { ReadKeys } from './own-keys.ts';

/** What checkpoints are made of and with. */
export interface CheckpointsParts {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  /** Makes the read models look for what is new. */
  readonly wakeReadModels: () => void;
  readonly heads: HeadsReaderSource;
  readonly clock: Clock;
  /** Asked for when they are first needed. */
  readonly keys: ReadKeys;
  /** A checkpoint is made so long after the last one, if something has changed since, in ms; 0: only when asked for. */
  readonly everyMs: number;
  /** Where checkpoints are written besides; undefined: nowhere. */
  readonly outsideFile?: string | undefined;
  readonly onFatalStoreError: (cause: unknown) => void;
  /** Is told why no checkpoint was made, or none was written outside. */
  readonly failed: (cause: unknown) => void;
}
