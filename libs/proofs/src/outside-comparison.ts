import type { EventStore } from '#application/ports';
import {
  checkpointSigned,
  checkpointsStream,
  checkpointText,
  decodeCheckpointEvent,
  type AcceptedTruncation,
} from './checkpoint.ts';
import type { CheckpointChain } from './checkpoint-chain.ts';
import type { OutsideCheckpoint } from './outside-line.ts';
import { isSignedBy, keyIdOf } from './signing-key.ts';

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

/** Most events read at once. */
const pageEventsMax = 500;

/**
 * Compares every checkpoint that was kept outside with the log's of the same number, as far as no accepted truncation
 * explains it. Undefined if all are as they were signed.
 *
 * @param outside read before the chain was: others may sign and append meanwhile.
 * @param chain of the log.
 * @param ownKeyIds of the keys that this process has.
 * @throws EventStoreError if the stream cannot be read.
 */
export async function differenceOf(
  outside: readonly OutsideCheckpoint[],
  chain: CheckpointChain,
  store: EventStore,
  ownKeyIds: readonly string[],
): Promise<OutsideDifference | undefined> {
  if (outside.length === 0) return undefined;
  const here = await signaturesIn(store);
  const isHere = ({ number, signature }: OutsideCheckpoint): boolean => here.get(number) === signature;
  const others = outside.filter((one) => !isHere(one) && chain.explains(one) === undefined && isGenuine(one));
  const [first] = others;
  if (first === undefined) return undefined;
  const keyIds = new Set([...ownKeyIds, ...chain.keys.map(({ keyId }) => keyId)]);
  const isRelated = outside.some(isHere) || others.some(({ keyId }) => keyIds.has(keyId));
  const last = others.reduce((highest, one) => (one.number >= highest.number ? one : highest), first);
  const from = others.reduce((lowest, { number }) => Math.min(lowest, number), first.number);
  return { foreign: !isRelated, from, last, newest: chain.newest?.number ?? 0 };
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
  return one.keyId === keyIdOf(one.publicKey) && isSignedBy(one.publicKey, checkpointText(one), one.signature);
}

/** By the numbers of the log's checkpoints. */
async function signaturesIn(store: EventStore): Promise<ReadonlyMap<number, string>> {
  const signatures = new Map<number, string>();
  for (let from = 0; ;) {
    const { events, head } = await store.readStream(checkpointsStream, from, pageEventsMax);
    for (const { type, data } of events) {
      const event = decodeCheckpointEvent(type, data);
      if (event.type === checkpointSigned) signatures.set(event.data.number, event.data.signature);
    }
    from += events.length;
    if (events.length === 0 || from > head) return signatures;
  }
}
