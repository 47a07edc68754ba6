import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.ts';

describe('the pace of an endpoint', () => {
  it('is the full one from the start, and after a failure here and there', () => {
    const pace = new Pace(16, false);
    for (let failure = 0; failure < 4; failure += 1) pace.failed(0);
    expect(pace.requestsAt(1)).toBe(16);
    pace.delivered();
    for (let failure = 0; failure < 4; failure += 1) pace.failed(0);
    expect(pace.requestsAt(1)).toBe(16);
  });

  it('is one request at a time while it takes nothing, and one more for each event that it takes again', () => {
    const pace = new Pace(4, false);
    for (let failure = 0; failure < 5; failure += 1) pace.failed(0);
    const allowed = [pace.requestsAt(1)];
    for (let event = 0; event < 5; event += 1) {
      pace.delivered();
      allowed.push(pace.requestsAt(1));
    }
    expect(allowed).toEqual([1, 2, 3, 4, 4, 4]);
  });

  it('begins with one request where it took nothing before', () => {
    expect(new Pace(16, true).requestsAt(1)).toBe(1);
  });

  it('is none until the time that it asked for, and an earlier one does not shorten it', () => {
    const pace = new Pace(16, false);
    pace.failed(2_000);
    pace.failed(1_000);
    expect([1_999, 2_000].map((now) => pace.requestsAt(now))).toEqual([0, 16]);
    expect(pace.restsUntil).toBe(2_000);
  });
});
