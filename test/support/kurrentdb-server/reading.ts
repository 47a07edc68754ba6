import type { ServerWritableStream } from '@grpc/grpc-js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { StoredEvent, TransactionLog } from './log.ts';
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  decodeText,
  eventMessage,
  notFoundMessage,
  refused,
} from './messages.ts';

type ReadRequest = InstanceType<typeof streams.ReadReq>;
type ReadResponse = InstanceType<typeof streams.ReadResp>;
type ReadOptions = InstanceType<typeof streams.ReadReq.Options>;
export type ReadCall = ServerWritableStream<ReadRequest, ReadResponse>;

/** A checkpoint is sent after this many events times the client's multiplier. */
const checkpointUnit = 32;

function readOptions(call: ReadCall): ReadOptions {
  const options = call.request.getOptions();
  if (options === undefined) throw new Error('a read without options');
  return options;
}

function readPrefixes(options: ReadOptions): readonly string[] {
  return options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [''];
}

function isBackwards(options: ReadOptions): boolean {
  return options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
}

/** Answers one page of a stream or of everything. */
export function answerRead(call: ReadCall, log: TransactionLog): void {
  const options = readOptions(call);
  const ofStream = options.getStream();
  const backwards = isBackwards(options);
  const structured = options.getUuidOption()?.hasStructured() ?? false;
  const count = Number(options.getCount());
  if (ofStream === undefined) {
    for (const event of everything(options, log, backwards).slice(0, count))
      call.write(eventMessage(event, structured));
    call.end();
    return;
  }
  const name = decodeText(ofStream.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());
  const stored = log.stream(name);
  if (stored.length === 0) {
    call.write(notFoundMessage(name));
    call.end();
    return;
  }
  const from = ofStream.hasRevision() ? Number(ofStream.getRevision()) : ofStream.hasEnd() ? stored.length - 1 : 0;
  const page = backwards ? stored.slice(0, from + 1).reverse() : stored.slice(from);
  for (const event of page.slice(0, count)) call.write(eventMessage(event, structured));
  call.end();
}

/** Reads of everything begin AT the position that they name. */
function everything(options: ReadOptions, log: TransactionLog, backwards: boolean): readonly StoredEvent[] {
  const prefixes = readPrefixes(options);
  const position = options.getAll()?.getPosition();
  const from = position === undefined ? undefined : BigInt(position.getCommitPosition());
  const ours = log.visible.filter(({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix)));
  if (backwards) return ours.filter((event) => from === undefined || event.position <= from).reverse();
  return ours.filter((event) => from === undefined || event.position >= from);
}

/** Serves a subscription to everything until the client goes away; it begins AFTER the position that it names. */
export function serveSubscription(call: ReadCall, log: TransactionLog): void {
  const options = readOptions(call);
  if (options.getAll() === undefined) {
    call.emit('error', refused('this server has subscriptions to $all only'));
    return;
  }
  const prefixes = readPrefixes(options);
  const structured = options.getUuidOption()?.hasStructured() ?? false;
  const checkpointEvery = checkpointUnit * (options.getFilter()?.getCheckpointintervalmultiplier() ?? 1);
  const start = options.getAll()?.getPosition();
  let after = start === undefined ? -1n : BigInt(start.getCommitPosition());
  let considered = 0;
  const send = (): void => {
    for (const event of log.visible) {
      if (event.position <= after) continue;
      after = event.position;
      considered += 1;
      if (prefixes.some((prefix) => event.stream.startsWith(prefix))) call.write(eventMessage(event, structured));
      if (considered % checkpointEvery === 0) call.write(checkpointMessage(event.position));
    }
  };
  call.write(confirmationMessage());
  send();
  call.write(caughtUpMessage());
  const stop = log.watch(send);
  for (const ending of ['cancelled', 'close', 'error']) call.on(ending, stop);
}
