import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import { StoreProbe } from './store-probe.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a store that is asked whether it is there', () => {
  it('is not away only because the start, in which it was read all the time, took long', () => {
    const probe = new StoreProbe(new MemoryEventStore());
    const afterStart = performance.now() + 600_000;
    jest.spyOn(performance, 'now').mockImplementation(() => afterStart);
    probe.start();
    expect(probe.error).toBeUndefined();
    probe.stop();
  });
});
