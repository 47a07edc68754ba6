import type { RecordedEvent } from '#application';
import { accountOfStream } from '#domain';

export const cloudEventMediaType = 'application/cloudevents+json; charset=utf-8';

/** Digits of a sequence: every revision that there can be, comparable as text. */
const sequenceDigits = 16;

/** Where events come from: a ledger, by its namespace. */
export function toSource(namespace: string): string {
  return `urn:holdfast:${namespace}`;
}

/**
 * An event of an account, or of the ledger itself, as CloudEvents 1.0 in structured JSON. `data` is the very text that is stored and hashed;
 * `sequence` is its revision in the account, so that a receiver can tell what it has had.
 *
 * @param at when it happened, ms since 1970.
 */
export function toCloudEvent(event: RecordedEvent, source: string, at: number): string {
  const { id, type, stream, revision, data } = event;
  const attributes = JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type,
    subject: accountOfStream(stream) ?? stream,
    time: new Date(at).toISOString(),
    sequence: String(revision).padStart(sequenceDigits, '0'),
    datacontenttype: 'application/json',
  });
  return `${attributes.slice(0, -1)},"data":${data}}`;
}

/** When such an event happened, as its data says, ms since 1970; 0 if it cannot be read. */
export function eventTime({ data }: RecordedEvent): number {
  // The data of all of them begin with their time.
  const [, digits = '0'] = /^\{"at":(\d{1,16})[,}]/.exec(data) ?? [];
  return Number(digits);
}
