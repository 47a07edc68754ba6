/** Who or what caused an event, as is stored beside it. */
export interface StoredCause {
  /** Id of an API key, or what of the ledger itself acted. */
  readonly actor: string;
  /** Of the request, or of the work, that the event came from. */
  readonly correlationId: string;
}

const unknown = 'unknown';

/** What the stored text of an event's metadata says of its cause; `unknown` where it does not say it. */
export function causeOf({ metadata }: { readonly metadata: string }): StoredCause {
  const { actor, correlationId } = fieldsOf(metadata);
  return { actor: textOr(actor), correlationId: textOr(correlationId) };
}

function fieldsOf(metadata: string): Partial<Record<keyof StoredCause, unknown>> {
  try {
    const fields = JSON.parse(metadata) as Partial<Record<keyof StoredCause, unknown>> | null;
    return typeof fields === 'object' && fields !== null ? fields : {};
  } catch {
    return {};
  }
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : unknown;
}
