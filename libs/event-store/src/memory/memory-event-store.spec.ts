import { describe, expect, it } from '@jest/globals';
import { NO_STREAM } from '#application/ports';
import { anEvent, eventStoreContract } from '../../../../test/contract/event-store.contract.ts';
import { type AppendFailure, MemoryEventStore } from './memory-event-store.ts';

eventStoreContract(
  'the event store in memory',
  () => Promise.resolve(new MemoryEventStore()),
  () => Promise.resolve(),
);

describe('the event store in memory, told to fail', () => {
  it('fails each of the appends that are made at once as it was told for its stream', async () => {
    const store = new MemoryEventStore();
    const errors: readonly (AppendFailure | undefined)[] = [
      'store-unavailable',
      undefined,
      'outcome-unknown',
      'commit-then-unknown',
      'commit-late',
      'store-broken',
      'revision-conflict',
    ];
    store.failAppend = (stream) => errors[Number(stream)];
    const outcomes = await store.appendAll(
      errors.map((_, index) => ({
        stream: String(index),
        expected: NO_STREAM,
        events: [anEvent(String(index))],
      })),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'unavailable',
      'appended',
      'unknown',
      'unknown',
      'unknown',
      'broken',
      'conflict',
    ]);
    store.commitLate();
    const heads = await Promise.all(errors.map((_, index) => store.readStream(String(index), 0, 1)));
    expect(heads.map(({ head }) => head)).toEqual([-1, 0, -1, 0, 0, -1, -1]);
  });
});
