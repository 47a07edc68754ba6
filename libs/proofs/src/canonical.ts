/**
 * The one way in which fields become a text that is hashed or signed: each as its length in UTF-8 bytes (decimal), a
 * colon, and its bytes, as in the hash chain of a stream. No two lists of fields give the same text.
 */
export function canonicalText(fields: readonly (string | number)[]): string {
  return fields.map((field) => `${String(Buffer.byteLength(String(field)))}:${String(field)}`).join('');
}
