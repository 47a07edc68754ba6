import { ChainedEvents } from '#application';
import type { Position, RecordedEvent } from '#application/ports';
import { type AccountEvent, accountStream } from '#domain';
import type { AuditedLog } from '../../apps/auditor/src/index.ts';
import type { Streams } from '../../apps/auditor/src/source/account-history.ts';

/** Events of an account as a store has them, chained as a lane does it. */
export function recordedEvents(accountId: string, events: readonly AccountEvent[], first = 0): RecordedEvent[] {
  const stream = accountStream(accountId);
  const chain = new ChainedEvents(stream, -1, '0'.repeat(64));
  for (const event of events) chain.add(event, { actor: 'spec', correlationId: 'spec' });
  return chain.events.map((event, revision): RecordedEvent => {
    const position = (first + revision).toString(16).padStart(16, '0') as Position;
    return { ...event, stream, revision, position, recordedAt: 0 };
  });
}

/** A log of these events, in their order. */
export function toLog(recorded: readonly RecordedEvent[]): AuditedLog & Streams {
  return {
    readStream: (wanted, from, limit) => {
      const events = recorded.filter(({ stream }) => stream === wanted);
      return { events: events.slice(from, from + limit), head: events.length - 1 };
    },
    readAll: (after, limit) => {
      const page = recorded.filter(({ position }) => position > after).slice(0, limit);
      const position = page.at(-1)?.position ?? after;
      return { events: page, position, atEnd: position === (recorded.at(-1)?.position ?? '') };
    },
  };
}
