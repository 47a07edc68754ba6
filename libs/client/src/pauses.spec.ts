import { describe, expect, it } from '@jest/globals';
import { pauseMs, retryAfterMs } from './pauses.ts';

describe('the pause before a repetition', () => {
  it.each([
    ['the first, at its shortest', 1, 0, 0, 25],
    ['the first, at its longest', 1, 0, 1, 50],
    ['the fourth', 4, 0, 1, 400],
    ['one of many', 40, 0, 1, 2_000],
    ['the first, when the service asks for a second', 1, 1_000, 0, 1_025],
  ])('doubles, is jittered and comes after what was asked for: %s', (_, failedTries, askedMs, random, expected) => {
    expect(pauseMs(failedTries, askedMs, random)).toBe(expected);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 4, 8, 0, 0);

  it.each([
    ['seconds', '2', 2_000],
    ['a date', 'Wed, 04 Nov 2026 08:00:03 GMT', 3_000],
    ['a date gone by', 'Wed, 04 Nov 2026 07:00:00 GMT', 0],
    ['nonsense', 'soon', 0],
    ['nothing', null, 0],
  ])('is read as %s', (_, header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
