import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore, Snapshot } from '#application/ports';
import { isDamage } from '../file/database.ts';
import type { IdFilter } from '../id-index/id-filter.ts';
import { failurePauseMs } from '../limits.ts';
import { type Feed, ProgressBoard } from './feed.ts';
import { Projector } from './projector.ts';

/** Fills the read models in this thread, from an event store's subscription. */
export class StoreFeed implements Feed {
  readonly board: ProgressBoard;
  readonly #projector: Projector;
  readonly #store: EventStore;
  readonly #ending = new AbortController();
  readonly #ended: Promise<void>;

  constructor(database: DatabaseSync, store: EventStore) {
    this.#projector = new Projector(database);
    this.#store = store;
    this.board = new ProgressBoard(this.#projector.checkpoint);
    this.#ended = this.#follow(this.#ending.signal);
  }

  get filter(): IdFilter | undefined {
    return this.#projector.anyParked ? undefined : this.#projector.ids.filter;
  }

  /** The subscription wakes itself. */
  wake(): void {
    return;
  }

  keep(snapshot: Snapshot): void {
    const projector = this.#projector;
    projector.keep(snapshot);
    try {
      // If it is passed already, no page may come for a long while.
      projector.apply({ events: [], position: projector.checkpoint.position });
    } catch (error) {
      this.board.failed(String(error), isDamage(error));
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#ended;
    this.board.stopped('closed');
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#subscribe(signal);
      } catch (error) {
        this.board.failed(String(error), isDamage(error));
        await pause(failurePauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #subscribe(signal: AbortSignal): Promise<void> {
    const projector = this.#projector;
    return this.#store.subscribe(
      projector.checkpoint.position,
      (page) => {
        projector.apply(page);
        this.board.advance(projector.checkpoint, page.caughtUp);
        return Promise.resolve();
      },
      signal,
    );
  }
}
