import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import statuses from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import protobufAny from 'google-protobuf/google/protobuf/any_pb.js';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { ProposedEvent, StoredEvent } from './log.ts';

type Uuid = InstanceType<typeof shared.UUID>;
type ReadResponse = InstanceType<typeof streams.ReadResp>;
type BatchAnswer = InstanceType<typeof streams.BatchAppendResp>;
interface Packable {
  serializeBinary(): Uint8Array;
}

/** Ticks of 100 ns in a millisecond: the server's unit of `created`. */
const ticksPerMs = 10_000n;
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function uuidText(uuid: Uuid | undefined): string {
  const text = uuid?.getString() ?? '';
  if (!uuidShape.test(text)) throw new Error(`not a UUID: ${text}`);
  return text;
}

/** @throws Error if the id is no UUID, as the server refuses it. */
export function proposedEvent(
  message:
    | InstanceType<typeof streams.BatchAppendReq.ProposedMessage>
    | InstanceType<typeof streams.AppendReq.ProposedMessage>,
): ProposedEvent {
  const map = message.getMetadataMap();
  return {
    id: uuidText(message.getId()),
    type: map.get('type') ?? '',
    contentType: map.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

function toUuid(text: string, structured: boolean): Uuid {
  const uuid = new shared.UUID();
  if (!structured) {
    uuid.setString(text);
    return uuid;
  }
  const bits = new shared.UUID.Structured();
  const hex = text.replaceAll('-', '');
  bits.setMostSignificantBits(BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`)).toString());
  bits.setLeastSignificantBits(BigInt.asIntN(64, BigInt(`0x${hex.slice(16)}`)).toString());
  uuid.setStructured(bits);
  return uuid;
}

function streamIdentifier(name: string): InstanceType<typeof shared.StreamIdentifier> {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name).toString('base64'));
  return identifier;
}

export function eventMessage(event: StoredEvent, structuredIds: boolean): ReadResponse {
  const record = new streams.ReadResp.ReadEvent.RecordedEvent();
  record.setId(toUuid(event.id, structuredIds));
  record.setStreamIdentifier(streamIdentifier(event.stream));
  record.setStreamRevision(String(event.revision));
  record.setCommitPosition(String(event.position));
  record.setPreparePosition(String(event.position));
  record.getMetadataMap().set('type', event.type);
  record.getMetadataMap().set('content-type', event.contentType);
  record.getMetadataMap().set('created', String(BigInt(event.createdMs) * ticksPerMs));
  record.setData(event.data);
  record.setCustomMetadata(event.metadata);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(record);
  read.setCommitPosition(String(event.position));
  const response = new streams.ReadResp();
  response.setEvent(read);
  return response;
}

export function notFoundMessage(stream: string): ReadResponse {
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(streamIdentifier(stream));
  const response = new streams.ReadResp();
  response.setStreamNotFound(notFound);
  return response;
}

export function confirmationMessage(): ReadResponse {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('a-subscription');
  const response = new streams.ReadResp();
  response.setConfirmation(confirmation);
  return response;
}

export function checkpointMessage(position: bigint): ReadResponse {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const response = new streams.ReadResp();
  response.setCheckpoint(checkpoint);
  return response;
}

export function caughtUpMessage(): ReadResponse {
  const response = new streams.ReadResp();
  response.setCaughtUp(new streams.ReadResp.CaughtUp());
  return response;
}

export function batchAnswer(correlationId: Uuid | undefined, stream: string): BatchAnswer {
  const answer = new streams.BatchAppendResp();
  if (correlationId !== undefined) answer.setCorrelationId(correlationId);
  answer.setStreamIdentifier(streamIdentifier(stream));
  return answer;
}

export function batchSuccess(
  last: StoredEvent,
  positionIsSaid: boolean,
): InstanceType<typeof streams.BatchAppendResp.Success> {
  const success = new streams.BatchAppendResp.Success();
  success.setCurrentRevision(String(last.revision));
  if (!positionIsSaid) {
    success.setNoPosition(new protobufEmpty.Empty());
    return success;
  }
  const position = new shared.AllStreamPosition();
  position.setCommitPosition(String(last.position));
  position.setPreparePosition(String(last.position));
  success.setPosition(position);
  return success;
}

/** The status of one append of a batch stream: `details` is what tells the client which error it is. */
export function batchError(name: string, details: Packable, message: string): InstanceType<typeof statuses.Status> {
  const packed = new protobufAny.Any();
  packed.pack(details.serializeBinary(), name);
  const error = new statuses.Status();
  error.setMessage(message);
  error.setDetails(packed);
  return error;
}

export function wrongExpectedVersion(expected: number, current: number): InstanceType<typeof statuses.Status> {
  const wrong = new shared.WrongExpectedVersion();
  if (expected < 0) wrong.setExpectedNoStream(new protobufEmpty.Empty());
  else wrong.setExpectedStreamPosition(String(expected));
  if (current < 0) wrong.setCurrentNoStream(new protobufEmpty.Empty());
  else wrong.setCurrentStreamRevision(String(current));
  return batchError('event_store.client.WrongExpectedVersion', wrong, 'WrongExpectedVersion');
}

export function unarySuccess(last: StoredEvent): InstanceType<typeof streams.AppendResp> {
  const position = new streams.AppendResp.Position();
  position.setCommitPosition(String(last.position));
  position.setPreparePosition(String(last.position));
  const success = new streams.AppendResp.Success();
  success.setCurrentRevision(String(last.revision));
  success.setPosition(position);
  const response = new streams.AppendResp();
  response.setSuccess(success);
  return response;
}

export function unaryConflict(expected: number, current: number): InstanceType<typeof streams.AppendResp> {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (expected < 0) wrong.setExpectedNoStream(new shared.Empty());
  else wrong.setExpectedRevision(String(expected));
  if (current < 0) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(current));
  const response = new streams.AppendResp();
  response.setWrongExpectedVersion(wrong);
  return response;
}

export function serverIsNotReady(): InstanceType<typeof statuses.Status> {
  return batchError('google.protobuf.Empty', new protobufEmpty.Empty(), 'Server Is Not Ready');
}

export function timedOut(): InstanceType<typeof statuses.Status> {
  return batchError('event_store.client.Timeout', new shared.Timeout(), 'Timeout');
}

/** What a node that does not lead says to who insists on the leader. */
export function notLeader(host: string, port: number): ServiceError {
  const metadata = new Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', host);
  metadata.set('leader-endpoint-port', String(port));
  return Object.assign(new Error('not leader'), { code: status.NOT_FOUND, details: 'not leader', metadata });
}

export function refused(details: string): ServiceError {
  return Object.assign(new Error(details), { code: status.INVALID_ARGUMENT, details, metadata: new Metadata() });
}
