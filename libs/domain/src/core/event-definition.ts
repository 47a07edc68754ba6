import type { Check, Shape } from '../kernel/codec.ts';
import type { AccountEventData, AccountEventType, TypedEvent } from './events.ts';
import type { Posting } from './journal.ts';
import type { RequestKind } from './recent-ids.ts';
import type { ScheduleChange } from './schedule.ts';
import type { AccountState } from './state.ts';

/** Everything that there is to say about a type of event. Only `evolve` knows the state: the rest is what the event states. */
export interface EventDefinition<Type extends AccountEventType> {
  /** What each field of its data is when it is read back. */
  readonly codec: Shape<AccountEventData[Type]>;
  /**
   * Folds it into the state of its account and ends with one `move` or `stand`. The days of bills, the id that it uses up
   * and what it makes due are folded for every event alike.
   *
   * @param revision of the event.
   */
  evolve(state: AccountState, event: TypedEvent<Type>, revision: number): void;
  /** Its journal entry, which sums to zero; null: it moves no money. */
  readonly postings: ((data: AccountEventData[Type]) => readonly Posting[]) | null;
  /** The kind of id that it uses up in its account, and the field that has the id; null: none. */
  readonly usedId: UsedId<AccountEventData[Type]> | null;
  /** What it makes due besides holds, or takes off; null: nothing. */
  readonly schedule: ((data: AccountEventData[Type]) => ScheduleChange | undefined) | null;
  /** It is noted about an account after the fact, and begins no day with a bill. */
  readonly isNotice: boolean;
  /** What it did in a few words, for a line of a terminal. */
  readonly summary: (data: AccountEventData[Type]) => string;
  /** The versions of it that are no longer written, by the type that they were stored under. */
  readonly olderShapes?: Readonly<Record<string, OlderShape>>;
}

/** A hold's id is told apart from those of requests: an account remembers its holds by themselves. */
export type UsedId<Data> = readonly [kind: RequestKind | 'hold', field: TextField<Data>];

type TextField<Data> = { [Field in keyof Data & string]: Data[Field] extends string ? Field : never }[keyof Data &
  string];

/** The id that an event uses up. */
export function idIn([, field]: readonly [kind: string, field: string], data: object): string {
  return String((data as Readonly<Record<string, unknown>>)[field]);
}

/** A version of an event that is no longer written, and how it reads as the version that is. Stored and read for ever. */
export interface OlderShape {
  readonly codec: Readonly<Record<string, Check>>;
  readonly upcast: (data: Readonly<Record<string, unknown>>) => object;
}

export type EventDefinitions = { readonly [Type in AccountEventType]: EventDefinition<Type> };

/** The definitions of a topic's events. A field that is missing, or of another event, does not compile. */
export function defineEvents<Type extends AccountEventType>(
  definitions: Pick<EventDefinitions, Type>,
): Pick<EventDefinitions, Type> {
  return definitions;
}
