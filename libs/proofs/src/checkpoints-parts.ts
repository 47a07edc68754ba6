import type { Clock, EventStore, Views } from '#operations/ports';
import type { HeadsReaderSource } from './heads-reader.ts';
import type { SigningKey } from './signing-key.ts';

/** What checkpoints are made of and with. */
export interface CheckpointsParts {
  readonly store: EventStore;
  readonly views: Views;
  /** Makes the views look for what is new. */
  readonly wakeViews: () => void;
  readonly heads: HeadsReaderSource;
  readonly clock: Clock;
  /** The first signs; the others announce it where that has still to be done. Asked for when they are first needed. */
  readonly keys: () => readonly SigningKey[];
  /** A checkpoint is made so long after the last one, if something has changed since, in ms; 0: only when asked for. */
  readonly everyMs: number;
  /** Where checkpoints are written besides; undefined: nowhere. */
  readonly outsideFile?: string | undefined;
  readonly storeBroke: (cause: unknown) => void;
  /** Is told why no checkpoint was made, or none was written outside. */
  readonly failed: (cause: unknown) => void;
}
