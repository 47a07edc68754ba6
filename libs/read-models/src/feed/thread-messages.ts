import type { Position, Snapshot } from '#application/ports';
import type { LogReaderSource } from './log-reader.ts';

/** What the read models' thread is started with. */
export interface ThreadStart extends LogReaderSource {
  readonly file: string;
  readonly pollIntervalMs: number;
}

/** To the read models' thread. Between threads go plain objects of texts, numbers and booleans, and shared memory. */
export type ToThread = 'wake' | 'close' | Snapshot;

/** From the read models' thread. */
export type FromThread =
  | {
      readonly kind: 'progress';
      /** Committed. */
      readonly position: Position;
      readonly newestEventAt: number;
      /** The thread has seen the log's end and rests until it is woken or its poll is due. */
      readonly atEnd: boolean;
      /** An account is out of service in the read models. */
      readonly anyParked: boolean;
    }
  | {
      readonly kind: 'filter';
      /** A segment of the filter of hold ids, which this thread goes on to fill. */
      readonly segment: SharedArrayBuffer;
    }
  | {
      readonly kind: 'quiet';
      /** How long nothing has been heard of the store, in ms. */
      readonly quietMs: number;
      /** Why, if that is known. */
      readonly trouble: string | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** The read model file is damaged: it must be rebuilt. */
      readonly damaged: boolean;
    };
