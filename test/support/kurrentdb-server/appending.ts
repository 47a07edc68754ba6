import type { sendUnaryData, ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import type streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { ProposedEvent, TransactionLog } from './log.ts';
import {
  batchAnswer,
  batchError,
  batchSuccess,
  decodeText,
  proposedEvent,
  serverIsNotReady,
  timedOut,
  unaryConflict,
  unarySuccess,
  wrongExpectedVersion,
} from './messages.ts';

type BatchRequest = InstanceType<typeof streams.BatchAppendReq>;
type BatchOptions = InstanceType<typeof streams.BatchAppendReq.Options>;
export type BatchCall = ServerDuplexStream<BatchRequest, InstanceType<typeof streams.BatchAppendResp>>;

export type UnaryCall = ServerReadableStream<
  InstanceType<typeof streams.AppendReq>,
  InstanceType<typeof streams.AppendResp>
>;
export type UnaryAnswer = sendUnaryData<InstanceType<typeof streams.AppendResp>>;

/** An append as it came over the wire. */
export interface Append {
  readonly stream: string;
  /** -1 for a new stream. */
  readonly expected: number;
  readonly events: readonly ProposedEvent[];
}

/**
 * What a node does with an append instead of working.
 *
 * - `silence`: neither written nor answered.
 * - `commit-silently`: written, never answered.
 * - `drop`, `commit-then-drop`: all connections of the node break, before or after it was written.
 * - `commit-then-end`: written, and the stream of appends ends without an error.
 * - `not-ready`, `time-out`: what the server says when it is just starting, or when its followers do not acknowledge.
 */
export type AppendError =
  'silence' | 'commit-silently' | 'drop' | 'commit-then-drop' | 'commit-then-end' | 'not-ready' | 'time-out';

export interface AppendingNode {
  readonly log: TransactionLog;
  /** Most bytes of one append. */
  readonly appendBytesMax: number;
  /** Whether a success says where the append stands; some servers do not for one that was sent again. */
  readonly positionsAreSaid: boolean;
  readonly findAppendError: (append: Append) => AppendError | undefined;
  readonly dropConnections: () => void;
}

/** Answers an append of the older kind: a call of its own, without errors but `silence` and `commit-silently`. */
export async function answerAppend(call: UnaryCall, answer: UnaryAnswer, node: AppendingNode): Promise<void> {
  let options: InstanceType<typeof streams.AppendReq.Options> | undefined;
  const events: ProposedEvent[] = [];
  for await (const request of call as AsyncIterable<InstanceType<typeof streams.AppendReq>>) {
    const message = request.getProposedMessage();
    options ??= request.getOptions();
    if (message !== undefined) events.push(proposedEvent(message));
  }
  const stream = decodeText(options?.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());
  const expected = options?.hasRevision() === true ? Number(options.getRevision()) : -1;
  const error = node.findAppendError({ stream, expected, events });
  if (error === 'silence') return;
  const verdict = node.log.append(stream, expected, events);
  if (error !== undefined || verdict.kind === 'dropped') return;
  if (verdict.kind === 'written' && !(await verdict.replicated)) return;
  answer(null, verdict.kind === 'wrong' ? unaryConflict(expected, verdict.current) : unarySuccess(verdict.last));
}

/** Takes the requests of one append together: a big one comes in several. */
export class BatchAppends {
  readonly #parts = new Map<string, { options: BatchOptions; events: ProposedEvent[] }>();
  readonly #call: BatchCall;
  readonly #node: AppendingNode;

  constructor(call: BatchCall, node: AppendingNode) {
    this.#call = call;
    this.#node = node;
  }

  async take(request: BatchRequest): Promise<void> {
    const correlation = request.getCorrelationId();
    const key = correlation?.getString() ?? '';
    const options = request.getOptions();
    if (options !== undefined) this.#parts.set(key, { options, events: [] });
    const part = this.#parts.get(key);
    if (part === undefined) return;
    const stream = decodeText(part.options.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());
    const answer = batchAnswer(correlation, stream);
    try {
      part.events.push(...request.getProposedMessagesList().map(proposedEvent));
    } catch (error) {
      this.#parts.delete(key);
      answer.setError(badRequest(String(error)));
      this.#call.write(answer);
      return;
    }
    if (!request.getIsFinal()) return;
    this.#parts.delete(key);
    await this.#append({ stream, expected: readExpected(part.options), events: part.events }, answer);
  }

  async #append(append: Append, answer: ReturnType<typeof batchAnswer>): Promise<void> {
    const { log, appendBytesMax, positionsAreSaid } = this.#node;
    const error = this.#node.findAppendError(append);
    const commits = error?.startsWith('commit') ?? true;
    if (error === 'drop') this.#node.dropConnections();
    if (error === 'not-ready') answer.setError(serverIsNotReady());
    if (error === 'time-out') answer.setError(timedOut());
    if (answer.hasError()) this.#call.write(answer);
    if (!commits) return;
    const bytes = append.events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
    if (bytes > appendBytesMax) {
      answer.setError(tooLarge(appendBytesMax));
      this.#call.write(answer);
      return;
    }
    if (Number.isNaN(append.expected)) {
      answer.setError(badRequest('this server wants a revision with every append'));
      this.#call.write(answer);
      return;
    }
    const verdict = log.append(append.stream, append.expected, append.events);
    if (error === 'commit-then-drop') this.#node.dropConnections();
    if (error === 'commit-then-end') this.#call.end();
    if (error !== undefined || verdict.kind === 'dropped') return;
    if (verdict.kind === 'wrong') answer.setError(wrongExpectedVersion(append.expected, verdict.current));
    if (verdict.kind === 'written' && !(await verdict.replicated)) return;
    if (verdict.kind !== 'wrong') {
      answer.setSuccess(batchSuccess(verdict.last, positionsAreSaid || verdict.kind === 'written'));
    }
    if (!this.#call.destroyed) this.#call.write(answer);
  }
}

/** The revision that an append names; not a number for `any` and `stream exists`. */
function readExpected(options: BatchOptions): number {
  if (options.hasNoStream()) return -1;
  return options.hasStreamPosition() ? Number(options.getStreamPosition()) : Number.NaN;
}

function badRequest(message: string): ReturnType<typeof batchError> {
  const bad = new shared.BadRequest();
  bad.setMessage(message);
  return batchError('event_store.client.BadRequest', bad, message);
}

function tooLarge(appendBytesMax: number): ReturnType<typeof batchError> {
  const large = new shared.MaximumAppendSizeExceeded();
  large.setMaxappendsize(appendBytesMax);
  return batchError('event_store.client.MaximumAppendSizeExceeded', large, 'too large');
}
