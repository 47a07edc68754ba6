import { setTimeout as pause } from 'node:timers/promises';
import {
  appendEach,
  type Appended,
  type AppendOutcome,
  EventStore,
  EventStoreError,
  eventStoreErrorCode,
  type LogPage,
  type Position,
  type StreamAppend,
  type StreamPage,
  type SubscriptionPage,
} from '#application/ports';
import type { Dice } from './dice.ts';

/** Longest way to the store or back, in ms; and back from a slow reading, of which there are so many in 100. */
const travelMsMax = 1;
const slowMsMax = 8;
const slowPercent = 10;

/** Longest time that an append may be on its way unseen, in ms. */
const lateMsMax = 20;

/** Of 100 appends, how many go wrong in which way. */
export interface FailureRates {
  /** It is written, and nobody says so. */
  readonly answerLost: number;
  /** It is given up and arrives later. */
  readonly late: number;
  /** It is given up and never arrives. */
  readonly lost: number;
  /** It is turned away, surely. */
  readonly turnedAway: number;
}

/** One process's way to a store that others share: it takes time, loses things, and can be held up or cut. */
export class StoreLink extends EventStore {
  /** Appends that this process was told were refused, because others had written first. */
  conflicts = 0;
  /** Appends that have set out, whether or not they have arrived. */
  sent = 0;
  readonly #store: EventStore;
  readonly #dice: Dice;
  readonly #errors: FailureRates;
  readonly #onTheirWay = new Set<Promise<void>>();
  #gate: Promise<void> = Promise.resolve();
  #cut = false;

  constructor(store: EventStore, dice: Dice, errors: FailureRates) {
    super();
    this.#store = store;
    this.#dice = dice;
    this.#errors = errors;
  }

  /** Nothing gets through, in neither direction, until what is returned is called; then everything does. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  /** From now on no append is answered; some arrive, some later. Call what is returned to mend that. */
  cut(): () => void {
    this.#cut = true;
    return () => {
      this.#cut = false;
    };
  }

  /** Resolves when nothing can arrive any more. */
  async quiet(): Promise<void> {
    await Promise.all(this.#onTheirWay);
  }

  override appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    return appendEach(batches, (batch) => this.#append(batch));
  }

  override async readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    await this.#travel();
    const page = await this.#store.readStream(stream, from, limit);
    if (this.#dice.falls(slowPercent)) await pause(this.#dice.between(1, slowMsMax));
    await this.#travel();
    return page;
  }

  override readAll(after: Position, limit: number): Promise<LogPage> {
    return this.#store.readAll(after, limit);
  }

  override subscribe(
    after: Position,
    deliver: (page: SubscriptionPage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#store.subscribe(after, deliver, signal);
  }

  /** Each append has a fate of its own, also where several set out together. */
  async #append(batch: StreamAppend): Promise<Appended> {
    this.sent += 1;
    await this.#travel();
    const fate = this.#fate();
    if (fate === 'turned away') throw new EventStoreError('store-unavailable', 'the link turns it away');
    if (fate === 'arrives') return this.#arrive(batch);
    const arrives = (): Promise<unknown> => this.#store.appendAll([batch]);
    if (fate === 'answer lost') await arrives();
    if (fate === 'late') this.#later(arrives);
    throw new EventStoreError('outcome-unknown', `the link loses it: ${fate}`);
  }

  async #arrive({ stream, expected, events }: StreamAppend): Promise<Appended> {
    try {
      const appended = await this.#store.append(stream, expected, events);
      await this.#travel();
      return appended;
    } catch (error) {
      if (eventStoreErrorCode(error) === 'revision-conflict') this.conflicts += 1;
      await this.#travel();
      throw error;
    }
  }

  async #travel(): Promise<void> {
    await pause(this.#dice.between(0, travelMsMax));
    await this.#gate;
  }

  #fate(): 'arrives' | 'answer lost' | 'late' | 'lost' | 'turned away' {
    const { answerLost, late, lost, turnedAway } = this.#errors;
    const fell = this.#cut ? this.#dice.between(1, answerLost + late + lost) : this.#dice.between(1, 100);
    if (fell <= answerLost) return 'answer lost';
    if (fell <= answerLost + late) return 'late';
    if (fell <= answerLost + late + lost) return 'lost';
    return fell <= answerLost + late + lost + turnedAway ? 'turned away' : 'arrives';
  }

  #later(arrives: () => Promise<unknown>): void {
    const onItsWay = pause(this.#dice.between(1, lateMsMax)).then(async () => {
      await arrives();
      this.#onTheirWay.delete(onItsWay);
    });
    this.#onTheirWay.add(onItsWay);
  }
}
