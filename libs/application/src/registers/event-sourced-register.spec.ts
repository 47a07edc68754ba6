import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type AppendOutcome,
  type EventStore,
  EventStoreError,
  type EventStoreErrorCode,
  failedAppend,
  type StreamAppend,
} from '#application/ports';
import { chainHash, chainStart } from '#domain';
import { MemoryEventStore, SqliteEventStore } from '#event-store';
import { Dice } from '../../../../test/support/dice.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { StoreLink } from '../../../../test/support/store-link.ts';
import { decisionsMax, EventSourcedRegister, makeWriter, type RegisterEvent } from './event-sourced-register.ts';

const stream = 'tickets';
const cause = { actor: 'test', correlationId: 'test' };
const limits = { resendTriesMax: 3, resendPauseMs: 1 };
const flawless = { answerLost: 0, late: 0, lost: 0, turnedAway: 0 };

type Fate = 'answer lost' | 'lost' | 'turned away' | 'broken';

/** The way to a store, on which the next appends meet with what was said beforehand. */
class FatedLink extends StoreLink {
  readonly fates: Fate[] = [];
  /** Ids of the events of every append, whatever became of it. */
  readonly ids: (readonly string[])[] = [];
  /** Called before an append sets out. */
  before: () => Promise<unknown> = () => Promise.resolve();
  reads = 0;

  override async appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    for (const { events } of batches) this.ids.push(events.map(({ id }) => id));
    await this.before();
    const fate = this.fates.shift();
    const failed = (code: EventStoreErrorCode): readonly AppendOutcome[] =>
      batches.map(() => failedAppend(new EventStoreError(code, String(fate))));
    if (fate === 'turned away') return failed('store-unavailable');
    if (fate === 'broken') return failed('store-broken');
    if (fate === 'lost') return failed('outcome-unknown');
    const outcomes = await super.appendAll(batches);
    return fate === 'answer lost' ? failed('outcome-unknown') : outcomes;
  }

  override readStream(name: string, from: number, limit: number): ReturnType<StoreLink['readStream']> {
    this.reads += 1;
    return super.readStream(name, from, limit);
  }
}

interface Ticket {
  readonly type: 'ticket-drawn.v1';
  readonly data: { readonly number: number; readonly by: string };
}

/** Tickets with running numbers: two processes must never draw the same. */
class Tickets {
  readonly drawn: Ticket['data'][] = [];
  readonly broken: unknown[] = [];
  readonly link: FatedLink;
  readonly events: EventSourcedRegister<Ticket>;
  decisions = 0;

  constructor(store: EventStore, dice: Dice) {
    this.link = new FatedLink(store, dice, flawless);
    this.events = this.#register(this.link);
  }

  draw(by = 'here', mostNumber = Number.POSITIVE_INFINITY): Promise<number | undefined> {
    return this.events.change(() => {
      this.decisions += 1;
      const number = this.drawn.length + 1;
      if (number > mostNumber) return { result: undefined };
      return { event: { type: 'ticket-drawn.v1', data: { number, by } }, result: number };
    }, cause);
  }

  #register(store: EventStore): EventSourcedRegister<Ticket> {
    const fold = ({ data }: RegisterEvent): void => {
      this.drawn.push(JSON.parse(data) as Ticket['data']);
    };
    const onFatalStoreError = (reason: unknown): void => {
      this.broken.push(reason);
    };
    return new EventSourcedRegister({ stream, store, fold, onFatalStoreError, limits, writer: makeWriter() });
  }
}

const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

const stores: readonly (readonly [string, () => Promise<EventStore>])[] = [
  ['memory', () => Promise.resolve(new MemoryEventStore())],
  [
    'SQLite',
    async () => {
      const folder = scratchDirectory();
      const store = await SqliteEventStore.open(join(folder, 'events.db'));
      cleanUp.push(async () => {
        await store.close();
      });
      return store;
    },
  ],
];

describe.each(stores)('a register whose events are in %s', (_, open) => {
  let store: EventStore;
  let here: Tickets;
  let there: Tickets;

  async function begin(): Promise<void> {
    store = await open();
    const dice = new Dice();
    here = new Tickets(store, dice);
    there = new Tickets(store, dice);
  }

  async function stored(): Promise<readonly number[]> {
    const { events } = await store.readStream(stream, 0, 1_000);
    return events.map(({ data }) => (JSON.parse(data) as Ticket['data']).number);
  }

  it('reads what it has written, without asking the store for it', async () => {
    await begin();
    expect(await here.draw()).toBe(1);
    expect(here.drawn).toEqual([{ number: 1, by: 'here' }]);
    expect(here.link.reads).toBe(1);
    await here.events.refresh();
    expect(here.drawn.length).toBe(1);
  });

  it('decides again what another process has written before it', async () => {
    await begin();
    here.link.before = async () => {
      here.link.before = () => Promise.resolve();
      await there.draw('there');
    };
    expect(await here.draw()).toBe(2);
    expect(here.decisions).toBe(2);
    expect(here.drawn).toEqual([
      { number: 1, by: 'there' },
      { number: 2, by: 'here' },
    ]);
  });

  it('appends nothing after all, if what another process has written makes it needless', async () => {
    await begin();
    here.link.before = async () => {
      here.link.before = () => Promise.resolve();
      await there.draw('there');
    };
    expect(await here.draw('here', 1)).toBeUndefined();
    expect(await stored()).toEqual([1]);
  });

  it('gives up when others write first every time', async () => {
    await begin();
    here.link.before = () => there.draw('there');
    await expect(here.draw()).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(here.decisions).toBe(decisionsMax);
    expect(await stored()).toEqual(Array.from({ length: decisionsMax }, (__, index) => index + 1));
  });

  it.each<[string, readonly Fate[]]>([
    ['was written', ['answer lost']],
    ['was not written', ['lost']],
    ['was written by the second of three', ['lost', 'answer lost', 'turned away']],
  ])('sends the very same event again when it is not known whether it was written: it %s', async (__, fates) => {
    await begin();
    here.link.fates.push(...fates);
    expect(await here.draw()).toBe(1);
    expect(here.decisions).toBe(1);
    expect(here.link.ids.length).toBe(fates.length + 1);
    expect(new Set(here.link.ids.flat()).size).toBe(1);
    expect(await stored()).toEqual([1]);
    expect(here.drawn.length).toBe(1);
  });

  it('knows its own event again, though others have written behind it', async () => {
    await begin();
    here.link.fates.push('answer lost');
    const sendAgain = here.link.ids;
    here.link.before = async () => {
      if (sendAgain.length === 2) await there.draw('there');
    };
    expect(await here.draw()).toBe(1);
    await here.events.refresh();
    expect(here.drawn).toEqual([
      { number: 1, by: 'here' },
      { number: 2, by: 'there' },
    ]);
  });

  it('decides again when the event that was lost finds another in its place', async () => {
    await begin();
    here.link.fates.push('lost');
    const sendAgain = here.link.ids;
    here.link.before = async () => {
      if (sendAgain.length === 2) await there.draw('there');
    };
    expect(await here.draw()).toBe(2);
    expect(await stored()).toEqual([1, 2]);
  });

  it('says that the outcome is unknown when it stays so, and sees what became of it with the next change', async () => {
    await begin();
    here.link.fates.push('answer lost', 'turned away', 'turned away', 'turned away');
    await expect(here.draw()).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(await here.draw()).toBe(2);
    expect(await stored()).toEqual([1, 2]);
    expect(here.broken).toEqual([]);
  });

  it('says at once that nothing was written, and goes on afterwards', async () => {
    await begin();
    here.link.fates.push('turned away');
    await expect(here.draw()).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(here.link.ids.length).toBe(1);
    expect(await here.draw()).toBe(1);
  });

  it('says so when the store must not be written to any more', async () => {
    await begin();
    here.link.fates.push('broken');
    await expect(here.draw()).rejects.toMatchObject({ code: 'store-broken' });
    expect(here.broken).toMatchObject([{ code: 'store-broken' }]);
  });

  it('does not send what no append can carry', async () => {
    await begin();
    await expect(here.draw('x'.repeat(600 * 1_024))).rejects.toMatchObject({ code: 'append-too-large' });
    expect(here.link.ids).toEqual([]);
    expect(here.broken).toEqual([]);
  });

  it('makes changes of one process wait for each other', async () => {
    await begin();
    const numbers = await Promise.all(Array.from({ length: 20 }, () => here.draw()));
    expect(numbers).toEqual(Array.from({ length: 20 }, (__, index) => index + 1));
    expect(here.decisions).toBe(20);
  });

  it('reads once for all who ask while a read is under way', async () => {
    await begin();
    await there.draw('there');
    const letThrough = here.link.hold();
    const early = here.events.refreshTogether();
    const callers = Array.from({ length: 50 }, () => here.events.refreshTogether());
    letThrough();
    await Promise.all([early, ...callers]);
    expect(here.link.reads).toBeLessThanOrEqual(2);
    expect(here.drawn.length).toBe(1);
  });

  it('draws no number twice for three processes whose ways to the store lose things', async () => {
    store = await open();
    const dice = new Dice();
    const errors = { answerLost: 8, late: 8, lost: 8, turnedAway: 8 };
    const links = Array.from({ length: 3 }, () => new StoreLink(store, dice, errors));
    const processes = links.map((link) => new Tickets(link, dice));
    const given = await Promise.all(
      processes.map(async (tickets, name) => {
        const numbers: number[] = [];
        for (let draws = 0; draws < 15; draws += 1) {
          const number = await tickets.draw(String(name)).catch(() => undefined);
          if (number !== undefined) numbers.push(number);
        }
        return numbers;
      }),
    );
    await Promise.all(links.map((link) => link.quiet()));
    const { events } = await store.readStream(stream, 0, 1_000);
    const tickets = events.map(({ data }) => JSON.parse(data) as Ticket['data']);
    expect(tickets.map(({ number }) => number)).toEqual(events.map((__, index) => index + 1));
    // Every number that a process was given is its own.
    for (const [name, numbers] of given.entries()) {
      const own = tickets.filter(({ by }) => by === String(name)).map(({ number }) => number);
      expect(own).toEqual(expect.arrayContaining(numbers));
    }
    let hash = chainStart;
    for (const { revision, type, data, metadata, hash: chained } of events) {
      hash = chainHash(hash, stream, revision, type, data, metadata);
      expect(chained).toBe(hash);
    }
  });
});
