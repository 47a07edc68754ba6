/** One row of RFC 4180, without its line break. Null is an empty field. */
export function csvRow(fields: readonly (string | number | boolean | null)[]): string {
  return fields.map((field) => (field === null ? '' : quoted(String(field)))).join(',');
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** A text that anybody may have written: no spreadsheet shall take it for a formula. */
export function csvText(text: string | null): string | null {
  return text !== null && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
