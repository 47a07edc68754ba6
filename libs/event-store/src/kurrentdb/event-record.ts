import type { JSONEventData, JSONType, ReadPosition } from '@kurrent/kurrentdb-client';
import { BEGINNING, EventStoreError, type NewEvent, type Position, type RecordedEvent } from '#application/ports';

/** The key under which an event's chain hash lies in its metadata. */
const hashKey = 'hash';
/** A position is the commit and the prepare position, in so many hex digits each. */
const positionDigits = 16;
const unsaid = 2n ** 64n - 1n;

interface LogPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** What the client gives back for an event. */
export interface ClientEvent {
  readonly streamId: string;
  readonly id: string;
  readonly revision: bigint;
  readonly type: string;
  readonly data: unknown;
  readonly metadata?: unknown;
  readonly isJson: boolean;
  readonly created: Date;
  readonly position?: LogPosition | undefined;
}

/**
 * The event as the client takes it.
 *
 * @throws EventStoreError `store-broken` if its texts would not come back as they are: the client gives parsed JSON back
 *   and no text, and the chain is over the text.
 */
export function toClientEvent({ id, type, data, metadata, hash }: NewEvent): JSONEventData {
  const facts = parsed(metadata);
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts) || hashKey in facts) {
    throw new EventStoreError('store-broken', `${type}: metadata must be an object without "${hashKey}"`);
  }
  return {
    id,
    type,
    contentType: 'application/json',
    data: parsed(data) as JSONType,
    metadata: { ...facts, [hashKey]: hash },
  };
}

function parsed(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (JSON.stringify(value) === text) return value;
  throw new EventStoreError('store-broken', 'an event’s text is not what JSON.stringify gives');
}

/**
 * The event as the port gives it. Total: what somebody else wrote into one of our streams comes out as an event with a
 * hash that cannot be right, and is found by who checks the chain.
 */
export function toRecordedEvent(event: ClientEvent, streamPrefix: string): RecordedEvent {
  const { hash, rest } = splitMetadata(event.metadata);
  return {
    id: event.id,
    type: event.type,
    data: event.isJson ? JSON.stringify(event.data) : JSON.stringify(String(event.data)),
    metadata: JSON.stringify(rest),
    hash,
    stream: event.streamId.slice(streamPrefix.length),
    revision: Number(event.revision),
    position: event.position === undefined ? BEGINNING : toPosition(event.position),
    recordedAt: event.created.getTime(),
  };
}

function splitMetadata(metadata: unknown): { hash: string; rest: unknown } {
  if (typeof metadata !== 'object' || metadata === null) return { hash: '', rest: metadata ?? {} };
  const { [hashKey]: hash, ...rest } = metadata as Record<string, unknown>;
  return { hash: typeof hash === 'string' ? hash : '', rest };
}

/** The beginning if the server did not say it. */
export function toPosition({ commit, prepare }: LogPosition): Position {
  if (commit === unsaid || prepare === unsaid) return BEGINNING;
  return `${hex(commit)}${hex(prepare)}` as Position;
}

function hex(place: bigint): string {
  return place.toString(16).padStart(positionDigits, '0');
}

export function fromPosition(position: Position): ReadPosition {
  if (position === BEGINNING) return 'start';
  return {
    commit: BigInt(`0x${position.slice(0, positionDigits)}`),
    prepare: BigInt(`0x${position.slice(positionDigits)}`),
  };
}
