import { idIn } from '../core/event-definition.ts';
import type { AccountEvent } from '../core/events.ts';
import type { Posting } from '../core/journal.ts';
import type { ScheduleChange } from '../core/schedule.ts';
import { findDefinition } from './events.ts';

/*
 * What an event states by itself, whatever the state of its account. The fold, the read models and the audit all ask here.
 */

const none: readonly Posting[] = [];

/** The journal entry of an event: its postings sum to zero. Empty for events that move no money. */
export function postings({ type, data }: AccountEvent): readonly Posting[] {
  return findDefinition(type).postings?.(data) ?? none;
}

/**
 * The key of the id that an event uses up in its account; undefined if it uses up none. Attempts are not among them:
 * their ids are told apart within their hold while it is open.
 */
export function readUsedKey({ type, data }: AccountEvent): string | undefined {
  const { usedId } = findDefinition(type);
  return usedId === null ? undefined : `${usedId[0]} ${idIn(usedId, data)}`;
}

/**
 * What an event by itself makes due besides holds, or takes off. Two things depend on more than the event: when the expiry
 * of a pack is to be told (see {@link expiryNotice}), and that neither that nor the expiry happens to a pack of which no
 * unit is left.
 */
export function scheduleChange({ type, data }: AccountEvent): ScheduleChange | undefined {
  return findDefinition(type).schedule?.(data);
}

/** What an event did in a few words; empty where its type says all. */
export function summarize({ type, data }: AccountEvent): string {
  return findDefinition(type).summary(data);
}
