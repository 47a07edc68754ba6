import type { SuspensionCause } from '../account/events.ts';
import type { Figures } from './audit-figures.ts';
import type { AccountEventType, TypedEvent } from './events.ts';
import type { Violation } from './violation.ts';

/** An account as its audit follows it, with figures of its own. Each topic adds what it follows it with. */
export interface AuditedAccount {
  readonly balance: Figures;
  suspendedFor: readonly SuspensionCause[];
  closed: boolean;
  /** Takes what is found. */
  note(violation: Violation | undefined): void;
}

/**
 * What an audit does with a type of event. It believes nothing: it adds up from what events state, and knows neither the
 * fold nor the decisions. What those say twice, such as which events are notices, is written here a second time.
 */
export interface AuditDefinition<Type extends AccountEventType> {
  /** Moves the figures as the event states, and notes which rules it breaks. */
  readonly follow: (account: AuditedAccount, event: TypedEvent<Type>, revision: number) => void;
  /** It is noted about bills, clocks or warnings, and gives no day a bill. */
  readonly isNotice: boolean;
  /**
   * Nobody asked for it: it happens because its time has come, at the very time at which it was due. A warning may follow
   * it, while other things are still due at the same time.
   */
  readonly isByItself: boolean;
}

export type AuditDefinitions = { readonly [Type in AccountEventType]: AuditDefinition<Type> };

/** Of what a command brings. */
export const byCommand = { isNotice: false, isByItself: false } as const;

/** What the audit does with the events of a topic. */
export function defineAudit<Type extends AccountEventType>(
  definitions: Pick<AuditDefinitions, Type>,
): Pick<AuditDefinitions, Type> {
  return definitions;
}
