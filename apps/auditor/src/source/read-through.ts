import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { BEGINNING, type Position } from '#application/ports';
import type { AuditedLog, AuditedPage } from './open-log.ts';

/** Events read at once, after which others have their turn in this thread. */
const pageEventsMax = 2_000;

/** Reads a whole log in its order. Returns the last position. */
export async function readThrough(log: AuditedLog, take: (page: AuditedPage) => void): Promise<Position> {
  let position = BEGINNING;
  for (;;) {
    const page = await log.readAll(position, pageEventsMax);
    take(page);
    position = page.position;
    if (page.atEnd) return position;
    await yieldToOthers();
  }
}
