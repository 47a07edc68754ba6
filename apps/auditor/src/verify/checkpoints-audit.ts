import type { RecordedEvent } from '#application/ports';
import {
  type AcceptedTruncation,
  type Checkpoint,
  CheckpointChain,
  checkpointsStream,
  checkpointText,
  computeRoot,
  decodeCheckpointEvent,
  type Head,
  HeadsTree,
  isSignedBy,
  type LedgerKey,
  type OutsideCheckpoint,
  readKeyId,
} from '#proofs';
import type { FindingKind, Findings } from '../finding.ts';
import type { HandedProof } from '../source/handed-proof.ts';
import type { KnownCheckpoints } from '../source/known-checkpoints.ts';
import { timeText } from '../texts.ts';

interface GrowingHead {
  readonly stream: string;
  revision: number;
  hash: string;
}

/** The checkpoints of a log against the events that they cover, and against checkpoints that were kept outside. */
export class CheckpointsAudit {
  readonly #findings: Findings;
  readonly #chain = new CheckpointChain();
  readonly #marks: ReadonlySet<number>;
  readonly #knownHead: number;
  readonly #outside: readonly OutsideCheckpoint[];
  /** False where only a part of the log is at hand: then no root can be worked out. */
  readonly #complete: boolean;
  readonly #heads = new Map<string, GrowingHead>();
  #sorted: GrowingHead[] = [];
  #tree: HeadsTree | undefined;
  /** By how many events they cover. */
  readonly #roots = new Map<number, string>();
  readonly #byNumber = new Map<number, Checkpoint>();
  readonly #proofs: HandedProof[] = [];
  /** By stream, until its event is come to. */
  readonly #awaited = new Map<string, HandedProof>();
  #events = 0;

  /** @param outside kept where nobody who can change the log can change it. */
  constructor(
    findings: Findings,
    { marks, head }: KnownCheckpoints,
    outside: readonly OutsideCheckpoint[],
    complete: boolean,
  ) {
    this.#findings = findings;
    this.#outside = outside;
    this.#complete = complete;
    this.#knownHead = head;
    this.#marks = new Set([...marks, ...outside.map(({ events }) => events)]);
  }

  /** Takes every event in the order of the whole log. */
  take(event: RecordedEvent): void {
    if (event.stream === checkpointsStream) this.#takeOwn(event);
    if (!this.#complete) {
      this.meet(event);
      return;
    }
    this.#move(event);
    this.#events += 1;
    if (this.#marks.has(this.#events)) this.#roots.set(this.#events, this.#rootNow());
  }

  /** A proof that comes with the events; to be told before them. */
  expect(proof: HandedProof): void {
    this.#proofs.push(proof);
    this.#awaited.set(proof.head.stream, proof);
  }

  /** An event, or what is known of the one before a period, against the proof of its stream. */
  meet({ stream, revision, hash }: Head): void {
    const proof = this.#awaited.get(stream);
    if (proof === undefined || proof.head.revision > revision) return;
    this.#awaited.delete(stream);
    if (proof.head.revision === revision && proof.head.hash !== hash) this.#reportProof(proof, 'is of another event');
  }

  /**
   * What can only be said at the end.
   *
   * @param mayMiss accounts may have no event in what is at hand.
   * @returns what could not be looked at.
   */
  finish(mayMiss: boolean): readonly string[] {
    const notes = this.#chain.keys.flatMap(replacedNote);
    for (const proof of this.#proofs) this.#check(proof);
    if (!mayMiss)
      for (const proof of this.#awaited.values()) this.#reportProof(proof, 'is of an event that is missing');
    const explained = this.#outside.filter((one) => this.#isExplained(one));
    const others = this.#outside.filter((one) => !explained.includes(one));
    for (const accepted of this.#chain.truncations) this.#reportAccepted(accepted, explained);
    if (this.#complete) {
      for (const outside of others) this.#compare(outside);
      return notes;
    }
    if (this.#outside.length === 0) return notes;
    for (const outside of others) this.#compareSame(outside);
    return [...notes, 'only a part of the log is at hand: roots could not be worked out'];
  }

  /** Signed as it was kept outside, not so in the log, and somebody has written down why. */
  #isExplained(outside: OutsideCheckpoint): boolean {
    if (this.#byNumber.get(outside.number)?.signature === outside.signature) return false;
    return isSealed(outside) && this.#chain.explains(outside) !== undefined;
  }

  /** It stays a finding: that it was accepted does not bring the events back. */
  #reportAccepted(accepted: AcceptedTruncation, explained: readonly OutsideCheckpoint[]): void {
    const { at, from, number, events, eventsHere } = accepted;
    if (!explained.some((one) => this.#chain.explains(one) === accepted)) return;
    const which = from === number ? `checkpoint ${String(from)}` : `checkpoints ${String(from)} to ${String(number)}`;
    const detail =
      `${which}, kept outside: not in the log, and at ${timeText(at)} that was accepted; the last of them covers ` +
      `${String(events)} events, the log had ${String(eventsHere)}, ${String(Math.max(0, events - eventsHere))} are missing`;
    this.#findings.add({ kind: 'truncation-accepted', stream: checkpointsStream, detail });
  }

  #check(proof: HandedProof): void {
    const checkpoint = this.#byNumber.get(proof.checkpoint);
    if (checkpoint?.streams === proof.size && computeRoot(proof.head, proof) === checkpoint.root) return;
    this.#reportProof(proof, 'does not lead to its root');
  }

  #reportProof({ head: { stream, revision }, checkpoint }: HandedProof, what: string): void {
    const detail = `its proof from checkpoint ${String(checkpoint)} ${what}`;
    this.#findings.add({ kind: 'proof-wrong', stream, revision, detail });
  }

  #takeOwn({ type, data, hash, revision }: RecordedEvent): void {
    const report = (kind: FindingKind, detail: string): void => {
      this.#findings.add({ kind, stream: checkpointsStream, revision, detail });
    };
    try {
      const event = decodeCheckpointEvent(type, data);
      this.#chain.follow(event, hash, report);
      if (event.type !== 'checkpoint-signed.v1') return;
      this.#byNumber.set(event.data.number, event.data);
      if (this.#complete && revision <= this.#knownHead) this.#compareRoot(event.data, report);
    } catch (error) {
      report('checkpoint-unreadable', String(error));
    }
  }

  #compareRoot({ number, events, root }: Checkpoint, report: (kind: FindingKind, detail: string) => void): void {
    const name = `checkpoint ${String(number)}`;
    const found = this.#roots.get(events);
    if (found === root) return;
    const other = found ?? 'none that was worked out';
    report('checkpoint-root-wrong', `${name} says ${root} of the first ${String(events)} events, they have ${other}`);
  }

  #compare(outside: OutsideCheckpoint): void {
    const { number, events, root } = outside;
    const name = `checkpoint ${String(number)}, kept outside,`;
    this.#compareSame(outside);
    if (events > this.#events) {
      const detail = `${name} covers ${String(events)} events, and there are only ${String(this.#events)}`;
      this.#findings.add({ kind: 'log-cut-off', stream: checkpointsStream, detail });
      return;
    }
    const found = this.#roots.get(events);
    if (found === root) return;
    const detail = `${name} has the root ${root} for the first ${String(events)} events, they have ${String(found)}`;
    this.#findings.add({ kind: 'checkpoint-root-wrong', stream: checkpointsStream, detail });
  }

  /** It is in the log as it was kept outside. */
  #compareSame(outside: OutsideCheckpoint): void {
    const { number, signature } = outside;
    const stream = checkpointsStream;
    if (!isSealed(outside)) {
      const detail = `checkpoint ${String(number)}, kept outside, is not signed by its key`;
      this.#findings.add({ kind: 'checkpoint-signature-wrong', stream, detail });
    }
    const here = this.#byNumber.get(number);
    if (here !== undefined && here.signature === signature) return;
    const what = here === undefined ? 'is not in the log' : 'is another in the log';
    this.#findings.add({
      kind: 'checkpoint-differs',
      stream,
      detail: `checkpoint ${String(number)}, kept outside, ${what}`,
    });
  }

  #move({ stream, revision, hash }: RecordedEvent): void {
    const known = this.#heads.get(stream);
    if (known !== undefined) {
      known.revision = revision;
      known.hash = hash;
      return;
    }
    this.#heads.set(stream, { stream, revision, hash });
  }

  #rootNow(): string {
    if (this.#sorted.length !== this.#heads.size) {
      this.#sorted = [...this.#heads.values()].sort((left, right) => (left.stream < right.stream ? -1 : 1));
    }
    this.#tree = new HeadsTree(this.#sorted, this.#tree);
    return this.#tree.root;
  }
}

/** It is signed by the key that it brings. */
function isSealed(outside: OutsideCheckpoint): boolean {
  const { publicKey, keyId, signature } = outside;
  return keyId === readKeyId(publicKey) && isSignedBy(publicKey, checkpointText(outside), signature);
}

/** Nobody can tell from the log alone whether a key was lost, or somebody without it has written the log again. */
function replacedNote({ keyId, at, replaces }: LedgerKey): readonly string[] {
  if (replaces === null) return [];
  return [
    `since ${timeText(at)} the key ${keyId} signs in place of ${replaces}, which does not vouch for it: what was signed ` +
      'before is proven by checkpoints that were kept outside',
  ];
}
