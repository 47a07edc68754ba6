import { describe, expect, it } from '@jest/globals';
import type { Logger } from '#runtime';
import { TroubleLog } from './trouble-log.ts';

describe('the log of troubles', () => {
  it('tells of each once when it begins, and once when it is over', () => {
    const lines: string[] = [];
    const logger = {
      error: ({ why }: { why: string }, text: string) => lines.push(`${text}: ${why}`),
      warn: (text: string) => lines.push(text),
    } as unknown as Logger;
    let error: string | undefined;
    const log = new TroubleLog({ 'the clock': () => error, 'the store': () => undefined }, logger);
    for (const now of [undefined, 'it was set by 6 s', 'it was set by 7 s', undefined, undefined, 'again']) {
      error = now;
      log.check();
    }
    expect(lines).toEqual([
      'problem with the clock: it was set by 6 s',
      'problem with the clock resolved',
      'problem with the clock: again',
    ]);
  });
});
