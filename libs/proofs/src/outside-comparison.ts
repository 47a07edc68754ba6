import type { EventStore } from '#application/ports';
import {
  type AcceptedTruncation,
  type Checkpoint,
  checkpointSigned,
  checkpointsStream,
  checkpointText,
  decodeCheckpointEvent,
} from './checkpoint.ts';
import type { CheckpointChain } from './checkpoint-chain.ts';
import type { OutsideCheckpoint, OutsideLines } from './outside-line.ts';
import { isSignedBy, readKeyId } from './signing-key.ts';

/** In what a log is not what checkpoints that were kept outside say of it. */
export interface OutsideDifference {
  /** Nothing says that the two are of one ledger: no checkpoint in common, and no key. */
  readonly foreign: boolean;
  /** The first number whose checkpoint is not in the log as it was kept outside. */
  readonly from: number;
  /** The one with the highest number. */
  readonly last: OutsideCheckpoint;
  /** Number of the log's newest checkpoint; 0: it has none. */
  readonly newest: number;
}

/** What checkpoints that were kept outside are beside a log. */
export interface OutsideComparison {
  /** Undefined if all that are genuine are as they were signed, or an accepted truncation explains them. */
  readonly difference: OutsideDifference | undefined;
  /** Neither the log's, nor signed by the key that they name: bytes of them were changed, or somebody made them up. */
  readonly damaged: readonly OutsideCheckpoint[];
}

/** The same of a file, in which lines may be torn, too. */
export type OutsideReport = OutsideComparison & Pick<OutsideLines, 'torn'>;

/** Most events read at once. */
const pageEventsMax = 500;

/**
 * Compares every checkpoint that was kept outside with the log's of the same number, as far as no accepted truncation
 * explains it.
 *
 * @param outside read before the chain was: others may sign and append meanwhile.
 * @param chain of the log.
 * @param ownKeyIds of the keys that this process has.
 * @throws EventStoreError if the stream cannot be read.
 */
export async function comparedWithLog(
  outside: readonly OutsideCheckpoint[],
  chain: CheckpointChain,
  store: EventStore,
  ownKeyIds: readonly string[],
): Promise<OutsideComparison> {
  if (outside.length === 0) return { difference: undefined, damaged: [] };
  const here = await checkpointsIn(store);
  const isHere = (one: OutsideCheckpoint): boolean => isSame(one, here.get(one.number));
  const strange = outside.filter((one) => !isHere(one));
  const genuine = new Set(strange.filter(isGenuine));
  const damaged = strange.filter((one) => !genuine.has(one));
  const others = [...genuine].filter((one) => chain.explains(one) === undefined);
  const [first] = others;
  if (first === undefined) return { difference: undefined, damaged };
  const keyIds = new Set([...ownKeyIds, ...chain.keys.map(({ keyId }) => keyId)]);
  const isRelated = outside.some(isHere) || others.some(({ keyId }) => keyIds.has(keyId));
  const last = others.reduce((highest, one) => (one.number >= highest.number ? one : highest), first);
  const from = others.reduce((lowest, { number }) => Math.min(lowest, number), first.number);
  return { difference: { foreign: !isRelated, from, last, newest: chain.newest?.number ?? 0 }, damaged };
}

/** What is stored when somebody accepts it. */
export function acceptedTruncation(
  { from, last }: OutsideDifference,
  eventsHere: number,
  at: number,
): AcceptedTruncation {
  const { number, events, root, signature } = last;
  return { at, from, number, events, root, signature, eventsHere };
}

/** A line that was damaged, or that somebody made up, says nothing against the log. */
function isGenuine(one: OutsideCheckpoint): boolean {
  return one.keyId === readKeyId(one.publicKey) && isSignedBy(one.publicKey, checkpointText(one), one.signature);
}

/** A line of a key that is not of this ledger says nothing of it, whoever has signed it. */
export function isOfChain(chain: CheckpointChain): (one: OutsideCheckpoint) => boolean {
  return (one) => chain.keys.some(({ keyId }) => keyId === one.keyId) && isGenuine(one);
}

function isSame(one: OutsideCheckpoint, here: Checkpoint | undefined): boolean {
  if (one.signature !== here?.signature || checkpointText(one) !== checkpointText(here)) return false;
  return one.keyId === readKeyId(one.publicKey);
}

/** By their numbers. */
async function checkpointsIn(store: EventStore): Promise<ReadonlyMap<number, Checkpoint>> {
  const checkpoints = new Map<number, Checkpoint>();
  for (let from = 0; ;) {
    const { events, head } = await store.readStream(checkpointsStream, from, pageEventsMax);
    for (const { type, data } of events) {
      const event = decodeCheckpointEvent(type, data);
      if (event.type === checkpointSigned) checkpoints.set(event.data.number, event.data);
    }
    from += events.length;
    if (events.length === 0 || from > head) return checkpoints;
  }
}
