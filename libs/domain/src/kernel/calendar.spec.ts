import { describe, expect, it } from '@jest/globals';
import { isDate, isTimeZone } from '../index.ts';

describe('a date and a time zone', () => {
  it.each(['2023-02-28', '2024-02-29', '9999-12-31'])('%s is a date', (date) => {
    expect(isDate(date)).toBe(true);
  });

  it.each(['2023-02-29', '2023-13-01', '2023-00-10', '2023-1-1', '20230101', '2023-01-01T00:00', '2023-01-01 ', ''])(
    '%s is no date',
    (date) => {
      expect(isDate(date)).toBe(false);
    },
  );

  it.each(['Asia/Shanghai', 'UTC', 'Europe/Berlin'])('%s is a zone', (zone) => {
    expect(isTimeZone(zone)).toBe(true);
  });

  it.each(['', 'Mars/Base', '+08:00', 'UTC+8', 'Z', 'T00:00[Asia/Tokyo]', 'constructor', 'Asia/Shanghai '])(
    '%s is no zone',
    (zone) => {
      expect(isTimeZone(zone)).toBe(false);
    },
  );
});
