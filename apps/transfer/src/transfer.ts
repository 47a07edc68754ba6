import { BEGINNING } from '#application/ports';
import type { AppendLimits } from './append-surely.ts';
import { copyLog } from './copy.ts';
import type { Finding } from './finding.ts';
import { objectionTo } from './objection.ts';
import type { OpenPlace } from './place.ts';
import { countLog } from './tally.ts';
import { type Verification, verify } from './verify.ts';

/** What a transfer does one after the other. */
export type Stage = 'checking' | 'copying' | 'verifying';

/** Is told now and then how far a stage is, in events, and how many there are to deal with if that is known. */
export type StageProgress = (stage: Stage, events: number, total: number | undefined) => void;

export type Outcome =
  | { readonly kind: 'nothing-there' }
  /** The target holds something else; nothing was written. */
  | { readonly kind: 'refused'; readonly objection: Finding }
  | { readonly kind: 'verified'; readonly copied: number | undefined; readonly verification: Verification };

export interface TransferOptions {
  /** Write nothing. */
  readonly verifyOnly: boolean;
  readonly limits?: AppendLimits;
}

interface Places {
  readonly source: OpenPlace;
  readonly target: OpenPlace;
}

/**
 * Copies a ledger from one store to another, going on where an earlier copy ended, and verifies that the two are equal.
 *
 * @throws TransferStopped; EventStoreError where a store cannot be read.
 */
export async function transfer(
  places: Places,
  options: TransferOptions,
  progress: StageProgress = () => undefined,
): Promise<Outcome> {
  const { source, target } = places;
  const { events: first } = await source.store.readAll(BEGINNING, 1);
  // Most likely a wrong name; an empty copy of it would be equal, and say so.
  if (first.length === 0) return { kind: 'nothing-there' };
  const copied = options.verifyOnly ? undefined : await copyAll(places, options, progress);
  if (copied !== undefined && 'objection' in copied) return copied;
  const events = source.events ?? copied?.events;
  const verification = await verify(
    { source: source.store, target: target.store },
    (done) => {
      progress('verifying', done, events === undefined ? undefined : 2 * events);
    },
    copied?.position,
  );
  return { kind: 'verified', copied: copied?.written, verification };
}

async function copyAll({ source, target }: Places, options: TransferOptions, progress: StageProgress) {
  const pair = { source: source.store, target: target.store };
  const already = await countLog(
    target.store,
    'target',
    () => undefined,
    (done) => {
      progress('checking', done, target.events === undefined ? undefined : 2 * target.events);
    },
  );
  const objection = await objectionTo(pair, already, (done) => {
    progress('checking', already.events + done, 2 * already.events);
  });
  if (objection !== undefined) return { kind: 'refused', objection } as const;
  return copyLog(
    pair,
    already,
    (done) => {
      progress('copying', done, source.events);
    },
    options.limits,
  );
}
