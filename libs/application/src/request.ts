import type { Command, HoldStatus, Refusal, RefusalCode } from '#domain';

/** A caller's connection, as far as work for it goes. */
export interface Client {
  /** It is closed: nobody waits for the answer. */
  readonly destroyed: boolean;
}

/** A command with who sends it. The caller is recorded with the events, but is not part of what the command says. */
export interface Request<Of extends Command = Command> {
  readonly command: Of;
  /** Id of the API key, or the name of the part of the service that acts by itself. */
  readonly actor: string;
  /** Ties the events to the caller's own records. */
  readonly correlationId: string;
  /** The caller has the `operator` scope. */
  readonly operator: boolean;
  /** The caller's connection, where there is one: what it has not waited for need not be decided any more. */
  readonly client?: Client;
}

/** Why a command or read could not be decided: not a rule's no, the same request may succeed later. */
export type UnavailableCode =
  | 'account_busy'
  | 'account_quarantined'
  | 'clock_untrusted'
  | 'internal_error'
  | 'overloaded'
  | 'store_unavailable'
  | 'linked_group_too_large'
  | 'linked_operation_failed';

export interface Done {
  readonly kind: 'done';
  /** Something came into being (as opposed to: something changed). */
  readonly created: boolean;
  /** The answer's JSON text: a function of stored events, so that it can be given again byte for byte. */
  readonly body: string;
  readonly replayed: boolean;
  /** With a replayed freeze: what the hold is now. */
  readonly holdNow?: HoldStatus;
}

export interface Refused {
  readonly kind: 'refused';
  readonly code: RefusalCode | UnavailableCode;
  readonly field?: string;
  readonly facts?: Refusal['facts'];
}

/** Answers are given only when the events that they rest on are durable. */
export type Answer = Done | Refused;

export function unavailable(code: UnavailableCode): Refused {
  return { kind: 'refused', code };
}

/** A read that could not be answered. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly code: UnavailableCode;

  constructor(code: UnavailableCode, cause?: unknown) {
    super(`the read could not be answered: ${code}`, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

/** Ends a long read for which nobody waits any more. @throws Unavailable */
export function assertWaitedFor(client: Client | undefined): void {
  if (client?.destroyed === true) throw new Unavailable('overloaded');
}
