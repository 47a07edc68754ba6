import { setTimeout as pause } from 'node:timers/promises';
import { eventStoreErrorCode, type Position, type RecordedEvent } from '#application/ports';
import {
  type Checkpoint,
  checkpointsStream,
  decodeCheckpointEvent,
  type LedgerKey,
  signedCheckpoint,
} from './checkpoint.ts';
import { CheckpointChain } from './checkpoint-chain.ts';
import { CheckpointNotShown } from './checkpoint-errors.ts';
import { type CheckpointPage, checkpointPage, checkpointsAfter } from './checkpoint-pages.ts';
import type { CheckpointsParts } from './checkpoints-parts.ts';
import { Coverage } from './coverage.ts';
import { headThen } from './head-then.ts';
import type { Head } from './heads-tree.ts';
import {
  dueAskedEveryMs,
  failurePauseMs,
  lookUpsAtOnce,
  readModelsAskedEveryMs,
  readModelsLagMax,
  readModelsWaitMaxMs,
} from './limits.ts';
import { acceptedTruncation, isOfChain, type OutsideDifference, type OutsideReport } from './outside-comparison.ts';
import { OutsideFile } from './outside-file.ts';
import { OwnKeys } from './own-keys.ts';
import { type Cause, OwnStream } from './own-stream.ts';
import type { SigningKey } from './signing-key.ts';
import type { Proven, Sealed } from './tree-keeper.ts';
import { TreesThread } from './trees-thread.ts';

/** That an account's history up to an event is part of a checkpoint. */
export interface AccountProof extends Proven {
  readonly checkpoint: Checkpoint;
}

const scheduleCause: Cause = { actor: 'holdfast', correlationId: 'schedule' };

/** The checkpoints of a ledger: made on a schedule and when asked for, kept outside, listed, and proven from. */
export class Checkpoints {
  readonly #parts: CheckpointsParts;
  readonly #chain = new CheckpointChain();
  readonly #coverage = new Coverage();
  readonly #stream: OwnStream;
  readonly #trees: TreesThread;
  readonly #outside: OutsideFile | undefined;
  readonly #keys: OwnKeys;
  #timer: NodeJS.Timeout | undefined;
  /** The schedule's last look has not ended. */
  #isAtIt = false;
  /** After a failure, by the ledger's clock. */
  #notBefore = 0;
  /** Ends when the last work on the tree has; never rejects. */
  #lastWork: Promise<unknown> = Promise.resolve();

  constructor(parts: CheckpointsParts) {
    this.#parts = parts;
    const fold = ({ type, data, hash, position }: RecordedEvent): void => {
      const event = decodeCheckpointEvent(type, data);
      if (event.type === 'checkpoint-signed.v1') this.#coverage.checkpoint(event.data);
      this.#coverage.own(position);
      // What is wrong with the stream is the auditor's to say; here it is only gone on from.
      this.#chain.follow(event, hash, () => undefined);
    };
    this.#stream = new OwnStream(checkpointsStream, parts.store, fold, parts.onFatalStoreError);
    this.#keys = new OwnKeys(this.#chain, this.#stream, parts.clock, parts.keys);
    this.#trees = new TreesThread(parts.heads, checkpointsStream);
    this.#outside =
      parts.outsideFile === undefined ? undefined : new OutsideFile(parts.outsideFile, isOfChain(this.#chain));
  }

  /**
   * What the checkpoints that were kept outside are beside the log. To be asked before anything is appended.
   *
   * @throws Error if the file cannot be read; EventStoreError if the store is away.
   */
  async comparedOutside(): Promise<OutsideReport> {
    if (this.#outside === undefined) return { difference: undefined, damaged: [], torn: [] };
    const lines = this.#outside.read();
    await this.#stream.refresh();
    return this.#outside.compare(lines, this.#chain, this.#parts.store, this.#keys.keyIds);
  }

  /** How many events the log has, as far as the read models have come. */
  async eventsHere(): Promise<number> {
    return (await this.#trees.ask({ kind: 'seal' })).events;
  }

  /** Writes down that what was kept outside is not in the log, and that it goes on all the same. */
  async acceptTruncation(difference: OutsideDifference, cause: Cause): Promise<void> {
    const eventsHere = await this.eventsHere();
    await this.#stream.append(() => {
      // Another process has just done so.
      if (this.#chain.explains(difference.last) !== undefined) return undefined;
      const at = Math.max(this.#parts.clock.now(), this.#chain.newest?.at ?? 0);
      return { type: 'truncation-accepted.v1', data: acceptedTruncation(difference, eventsHere, at) };
    }, cause);
  }

  /** What this process signs with. */
  get ownKeys(): OwnKeys {
    return this.#keys;
  }

  /** Begins with the schedule, if there is one. */
  start(): void {
    const { everyMs, failed } = this.#parts;
    if (everyMs === 0) return;
    const ask = (): void => {
      if (this.#isAtIt) return;
      this.#isAtIt = true;
      this.#makeIfDue()
        .catch((error: unknown) => {
          this.#notBefore = this.#parts.clock.now() + Math.min(everyMs, failurePauseMs);
          failed(error);
        })
        .finally(() => (this.#isAtIt = false));
    };
    this.#timer = setInterval(ask, Math.min(everyMs, dueAskedEveryMs)).unref();
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#lastWork;
    await this.#trees.close();
  }

  /**
   * A checkpoint that covers everything that was answered before this call: the newest if nothing has happened since it,
   * else a new one. Undefined if there is nothing yet.
   *
   * @throws ForeignKey if this process has another key than the ledger; EventStoreError if the store is away; Error if
   *   the read models cannot be read, or do not come up to it.
   */
  async make(cause: Cause): Promise<Checkpoint | undefined> {
    await this.#readModelsCaughtUp();
    return this.#inTurn(() => this.#make(cause));
  }

  async newest(): Promise<Checkpoint | undefined> {
    await this.#stream.refresh();
    return this.#chain.newest;
  }

  /** Every key that ever signed, oldest first. */
  get keys(): readonly LedgerKey[] {
    return this.#chain.keys;
  }

  /** @param before from an earlier page; null: from the newest on. */
  async list(before: number | null, limit: number): Promise<CheckpointPage> {
    await this.#stream.refresh();
    return checkpointPage(this.#parts.store, before, limit);
  }

  /**
   * Undefined if there is no checkpoint yet, or the stream is younger than the newest.
   *
   * @throws CheckpointNotShown; EventStoreError if the store is away.
   */
  prove(stream: string): Promise<AccountProof | undefined> {
    return this.#inTurn(async () => {
      await this.#stream.refresh();
      const checkpoint = this.#chain.newest;
      if (checkpoint === undefined) return undefined;
      await this.#adopt(checkpoint).catch((error: unknown) => {
        if (error instanceof CheckpointNotShown) this.#parts.failed(error);
        throw error;
      });
      const proven = await this.#trees.ask({ kind: 'prove', stream });
      return proven === undefined ? undefined : { checkpoint, ...proven };
    });
  }

  async #makeIfDue(): Promise<void> {
    const { clock, everyMs } = this.#parts;
    await this.#stream.refresh();
    if (clock.now() < Math.max(this.#notBefore, (this.#chain.newest?.at ?? 0) + everyMs)) return;
    await this.#inTurn(() => this.#make(scheduleCause));
  }

  async #make(cause: Cause): Promise<Checkpoint | undefined> {
    await this.#stream.refresh();
    const sealed = await this.#trees.ask({ kind: 'seal' });
    if (sealed.others <= this.#coverage.others) {
      await this.#writeOutside();
      return this.#chain.newest;
    }
    const key = await this.#keys.announced(cause);
    await this.#stream.append(() => {
      // Another process has just made one that covers as much.
      if (sealed.others <= this.#coverage.others) return undefined;
      return { type: 'checkpoint-signed.v1', data: this.#signed(sealed, key) };
    }, cause);
    const { newest } = this.#chain;
    // While what has moved since is little, if another process made it.
    if (newest !== undefined) await this.#adopt(newest).catch(this.#parts.failed);
    await this.#writeOutside();
    return newest;
  }

  #signed({ position, events, streams, root }: Sealed, key: SigningKey): Checkpoint {
    const { newest, newestHash, number } = this.#chain;
    const at = Math.max(this.#parts.clock.now(), newest?.at ?? 0);
    return signedCheckpoint({ at, number: number + 1, position, events, streams, root, previous: newestHash }, key);
  }

  /** Has the tree of a checkpoint kept, whoever made it. */
  async #adopt({ root, position, number }: Checkpoint): Promise<void> {
    if (await this.#trees.ask({ kind: 'keep', root })) return;
    await this.#readModelsCaughtUp();
    const moved = await this.#trees.ask({ kind: 'movedSince', position: position as Position });
    const back: Head[] = [];
    for (let from = 0; from < moved.length; from += lookUpsAtOnce) {
      const some = moved.slice(from, from + lookUpsAtOnce);
      const found = await Promise.all(some.map((head) => headThen(this.#parts.store, head, position as Position)));
      back.push(...found.filter((head) => head !== undefined));
    }
    if (await this.#trees.ask({ kind: 'restore', back, root })) return;
    throw new CheckpointNotShown(number);
  }

  async #readModelsCaughtUp(): Promise<void> {
    const { store, readModels, wakeReadModels } = this.#parts;
    wakeReadModels();
    const { position: target } = await store.readAll(readModels.progress().position, readModelsLagMax);
    const givenUpAt = performance.now() + readModelsWaitMaxMs;
    while (readModels.progress().position < target) {
      if (performance.now() > givenUpAt) throw new Error('the read models do not catch up with the log');
      await pause(readModelsAskedEveryMs);
    }
  }

  /** What is missing outside is written as well: an earlier time may have failed. A failure here is told, not thrown. */
  async #writeOutside(): Promise<void> {
    const outside = this.#outside;
    if (outside === undefined) return;
    try {
      const later = await checkpointsAfter(this.#parts.store, outside.completeTo);
      for (const checkpoint of later.filter(({ number }) => !outside.has(number))) {
        const { publicKey = '' } = this.#chain.keys.find(({ keyId }) => keyId === checkpoint.keyId) ?? {};
        outside.write({ ...checkpoint, publicKey });
      }
    } catch (error) {
      if (eventStoreErrorCode(error) !== undefined) throw error;
      this.#parts.failed(error);
    }
  }

  async #inTurn<Made>(work: () => Promise<Made>): Promise<Made> {
    const made = this.#lastWork.then(work);
    this.#lastWork = made.catch(() => undefined);
    return made;
  }
}
