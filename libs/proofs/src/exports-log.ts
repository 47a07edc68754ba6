import type { Clock, EventStore, RecordedEvent } from '#application/ports';
import { exportsKnownMax } from './limits.ts';
import { type Cause, OwnStream } from './own-stream.ts';

/** The stream in which it stands who took what out of the ledger. */
export const exportsStream = 'exports';

/** What an export is said to hold. */
export interface ExportAsked {
  /** Unique among all exports. */
  readonly exportId: string;
  /** Prefixes of account ids; null: all accounts. */
  readonly accounts: readonly string[] | null;
  /** ms since 1970; null: from the first event. */
  readonly from: number | null;
  /** ms since 1970; null: up to the end. */
  readonly until: number | null;
  /** How many events went out. */
  readonly events: number;
  /** SHA-256 of what went out, 64 hex digits. */
  readonly digest: string;
}

/** Field order is stored order. */
export interface ExportMade extends ExportAsked {
  readonly at: number;
  /** Id of the API key. */
  readonly by: string;
}

export type ExportLogged =
  | { readonly kind: 'logged'; readonly made: ExportMade; readonly replayed: boolean }
  | { readonly kind: 'conflict'; readonly field: string };

/** Who exported what, as events. */
export class ExportsLog {
  readonly #clock: Clock;
  readonly #stream: OwnStream;
  /** Oldest first. */
  readonly #known = new Map<string, ExportMade>();

  constructor(store: EventStore, clock: Clock, onFatalStoreError: (cause: unknown) => void) {
    this.#clock = clock;
    const fold = ({ type, data }: RecordedEvent): void => {
      if (type !== 'export-made.v1') throw new TypeError(`${type}: this is no export`);
      const made = JSON.parse(data) as ExportMade;
      this.#known.set(made.exportId, made);
      const [oldest] = this.#known.keys();
      if (this.#known.size > exportsKnownMax && oldest !== undefined) this.#known.delete(oldest);
    };
    this.#stream = new OwnStream(exportsStream, store, fold, onFatalStoreError);
  }

  /**
   * Logs an export once; the same again is answered as the first time.
   *
   * @throws EventStoreError if the store is away.
   */
  async log(asked: ExportAsked, cause: Cause): Promise<ExportLogged> {
    let before: ExportMade | undefined;
    await this.#stream.append(() => {
      before = this.#known.get(asked.exportId);
      if (before !== undefined) return undefined;
      const { exportId, accounts, from, until, events, digest } = asked;
      const data = { at: this.#clock.now(), by: cause.actor, exportId, accounts, from, until, events, digest };
      return { type: 'export-made.v1', data };
    }, cause);
    const made = this.#known.get(asked.exportId);
    if (made === undefined) throw new Error('an export that was just logged is not there');
    const field = before === undefined ? undefined : differingField(before, asked);
    return field === undefined ? { kind: 'logged', made, replayed: before !== undefined } : { kind: 'conflict', field };
  }
}

function differingField(before: ExportMade, asked: ExportAsked): string | undefined {
  const fields = ['accounts', 'from', 'until', 'events', 'digest'] as const;
  return fields.find((field) => JSON.stringify(before[field]) !== JSON.stringify(asked[field]));
}
