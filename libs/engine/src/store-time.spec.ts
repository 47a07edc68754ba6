import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NO_STREAM, type StreamPage, SystemClock } from '#application';
import { MemoryEventStore } from '#event-store';
import { anEvent } from '../../../test/contract/event-store.contract.ts';
import { AnnouncingStore } from './announcing-store.ts';
import { StoreTime } from './store-time.ts';

const hourMs = 3_600_000;

/** A store elsewhere, which recorded its events, as it says, so long before or after they are read. */
class StoreElsewhere extends MemoryEventStore {
  aheadMs = 0;

  override async readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    const { events, head } = await super.readStream(stream, from, limit);
    return { events: events.map((event) => ({ ...event, recordedAt: Date.now() + this.aheadMs })), head };
  }
}

function compared(): { readonly inner: StoreElsewhere; readonly store: AnnouncingStore; readonly clock: SystemClock } {
  const inner = new StoreElsewhere();
  const clock = new SystemClock({ wall: () => Date.now(), monotonic: () => Date.now() });
  const time = new StoreTime(inner, clock);
  const store = new AnnouncingStore(inner, {
    appended: (stream, appended, askedAt) => {
      time.appended(stream, appended, askedAt);
    },
    failed: (stream, error) => {
      time.failed(stream, error);
    },
  });
  return { inner, store, clock };
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** Until what an append set off has been compared. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

describe('a clock that is compared with that of an event store', () => {
  it('is not believed when the store recorded an event at quite another time', async () => {
    const { inner, store, clock } = compared();
    inner.aheadMs = hourMs;
    await store.append('account-acme', NO_STREAM, [anEvent('one')]);
    await settled();
    expect(clock.untrusted()).toContain('behind that of the event store');
  });

  it('is compared although appends run into those of other processes', async () => {
    const { inner, store, clock } = compared();
    inner.aheadMs = hourMs;
    await inner.append('account-acme', NO_STREAM, [anEvent('one')]);
    await expect(store.append('account-acme', NO_STREAM, [anEvent('two')])).rejects.toThrow();
    await store.append('account-acme', 0, [anEvent('two')]);
    await settled();
    expect(clock.untrusted()).toContain('behind that of the event store');
  });

  it('is believed when an append is answered that was sent, and recorded, long before', async () => {
    const { inner, store, clock } = compared();
    inner.failAppend = () => 'commit-then-unknown';
    await expect(store.append('account-acme', NO_STREAM, [anEvent('one')])).rejects.toThrow();
    inner.failAppend = () => 'store-unavailable';
    await expect(store.append('account-acme', NO_STREAM, [anEvent('one')])).rejects.toThrow();
    inner.failAppend = () => undefined;
    inner.aheadMs = -hourMs;
    const later = performance.now() + hourMs;
    jest.spyOn(performance, 'now').mockImplementation(() => later);
    await store.append('account-acme', NO_STREAM, [anEvent('one')]);
    await settled();
    expect(clock.untrusted()).toBeUndefined();
    inner.aheadMs = 0;
    await store.append('account-acme', 0, [anEvent('two')]);
    await settled();
    expect(clock.untrusted()).toBeUndefined();
  });

  it('is compared on other streams while nobody knows what became of an append', async () => {
    const { inner, store, clock } = compared();
    inner.failAppend = (stream) => (stream === 'account-acme' ? 'commit-then-unknown' : undefined);
    await expect(store.append('account-acme', NO_STREAM, [anEvent('one')])).rejects.toThrow();
    inner.aheadMs = hourMs;
    await store.append('account-beta', NO_STREAM, [anEvent('two')]);
    await settled();
    expect(clock.untrusted()).toContain('behind that of the event store');
  });
});
