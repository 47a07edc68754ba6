import { describe, expect, it } from '@jest/globals';
import { parseTime } from './texts.ts';

describe('texts', () => {
  it.each([
    ['2026-01-29T04:00:00Z', Date.UTC(2026, 0, 29, 4)],
    ['2026-01-29t12:00:00.123456+08:00', Date.UTC(2026, 0, 29, 4, 0, 0, 123)],
    ['2026-01-29', undefined],
    ['2026-02-30T00:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-01-29T24:00:00Z', undefined],
    ['2026-01-29T04:00:00', undefined],
  ])('read the time %s', (time, at) => {
    expect(parseTime(time)).toBe(at);
  });
});
