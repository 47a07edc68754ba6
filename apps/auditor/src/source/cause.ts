/** Who or what caused an event, as is stored beside it. */
export interface StoredCause {
  /** Id of an API key, or what of the ledger itself acted. */
  readonly actor: string;
  /** Of the request, or of the work, that the event came from; of a sweep with the request that it was in front of. */
  readonly correlationId: string;
}

const unknown = 'unknown';

/** What the stored text of an event's metadata says of its cause; `unknown` where it does not say it. */
export function readCause({ metadata }: { readonly metadata: string }): StoredCause {
  const { actor, correlationId, causationId } = readFields(metadata);
  const before = typeof causationId === 'string' ? ` (before ${causationId})` : '';
  return { actor: textOr(actor), correlationId: `${textOr(correlationId)}${before}` };
}

function readFields(metadata: string): Partial<Record<keyof StoredCause | 'causationId', unknown>> {
  try {
    const fields = JSON.parse(metadata) as ReturnType<typeof readFields> | null;
    return typeof fields === 'object' && fields !== null ? fields : {};
  } catch {
    return {};
  }
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : unknown;
}
