import type { AccountEvent, AccountEventType } from '#domain';

/** An event that was checked before it was written to the file, in its present version: a file of older ones is deleted. */
export function readStoredEvent<Type extends AccountEventType>(
  type: Type,
  text: string,
): Extract<AccountEvent, { readonly type: Type }> {
  return { type, data: JSON.parse(text) as unknown } as Extract<AccountEvent, { readonly type: Type }>;
}
