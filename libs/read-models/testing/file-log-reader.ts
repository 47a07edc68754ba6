import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { LogPage, Position, RecordedEvent } from '#application/ports';

/** A store's log as lines of a file, so that a thread can read what a spec has written. */
export function writeLines(file: string, events: readonly RecordedEvent[]): void {
  appendFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

/** How often the log was read so far. */
export function countReads(file: string): number {
  return existsSync(`${file}.reads`) ? readFileSync(`${file}.reads`).length : 0;
}

/** @param options.pageMax cuts pages shorter than asked; `answerMs` passes between reading a page and handing it over. */
export function openLogReader(options: {
  readonly file: string;
  readonly pageMax: number;
  readonly answerMs?: number;
}): { readAll: (after: Position, limit: number) => Promise<LogPage>; close: () => void } {
  const { file, pageMax, answerMs = 0 } = options;
  return {
    readAll: async (after, limit) => {
      const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
      const all = lines.map((line) => JSON.parse(line) as RecordedEvent).filter(({ position }) => position > after);
      const events = all.slice(0, Math.min(limit, pageMax));
      appendFileSync(`${file}.reads`, '.');
      if (answerMs > 0) await pause(answerMs);
      return { events, position: events.at(-1)?.position ?? after, atEnd: events.length === all.length };
    },
    close: () => undefined,
  };
}
