import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventFormats } from '#domain';
import { OtherFormats } from './stored-formats.ts';

/** Where the events of a ledger are, as far as a data directory can tell. */
export type EventsPlace =
  | { readonly eventStore: 'sqlite' }
  /** Streams of KurrentDB whose names begin with the namespace and a dot. */
  | { readonly eventStore: 'kurrentdb'; readonly namespace: string };

/** What a data directory says of itself since its first start. */
export type LedgerRecord = EventsPlace & {
  /** RFC 3339. */
  readonly createdAt: string;
};

/** There is a record, and this program cannot read it. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** Version of the record that this program writes, and the only one that it reads. */
const recordVersion = 1;

export function ledgerRecordFile(directory: string): string {
  return join(directory, 'ledger.json');
}

/**
 * Which ledger's data a directory holds; undefined where nobody has said it yet.
 *
 * @throws OtherFormats if it belongs to events in KurrentDB that another build wrote; UnreadableRecord if what is there is no
 *   such record, or of a newer version.
 */
export function ledgerRecordIn(directory: string): LedgerRecord | undefined {
  const file = ledgerRecordFile(directory);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UnreadableRecord(`${file}: ${String(code)}`);
  }
  const record = parseRecord(text, file);
  if (record === undefined) throw new UnreadableRecord(`${file}: it does not say where the events of a ledger are`);
  return record;
}

export function textOfLedgerRecord(place: EventsPlace, createdAt: number): string {
  const { eventStore } = place;
  const namespace = place.eventStore === 'kurrentdb' ? { namespace: place.namespace } : {};
  // A file of events says it by itself.
  const formats = place.eventStore === 'kurrentdb' ? { formats: eventFormats } : {};
  const record = {
    version: recordVersion,
    eventStore,
    ...namespace,
    ...formats,
    createdAt: new Date(createdAt).toISOString(),
  };
  return `${JSON.stringify(record)}\n`;
}

function parseRecord(text: string, file: string): LedgerRecord | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { version, eventStore, namespace, formats, createdAt } = read as Readonly<Record<string, unknown>>;
  if (version !== recordVersion || typeof createdAt !== 'string') return undefined;
  if (eventStore === 'sqlite') return { eventStore, createdAt };
  if (eventStore !== 'kurrentdb' || typeof namespace !== 'string') return undefined;
  if (formats !== eventFormats)
    throw new OtherFormats(`the ledger of ${file}`, typeof formats === 'string' ? formats : undefined, eventFormats);
  return { eventStore, namespace, createdAt };
}
