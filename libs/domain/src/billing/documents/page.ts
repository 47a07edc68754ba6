/*
 * What bills and statements are printed with: one page of HTML without anything from outside. On A4, upright, a table that goes on
 * has its headings again; what is too wide for its column is broken rather than cut off.
 */

const style = `
  @page { size: A4 portrait; margin: 14mm 12mm; }
  body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; max-width: 60rem; color: #1c2430; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin-top: 2rem; break-after: avoid; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-bottom: 1px solid #cdd5df; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
  h1, td { overflow-wrap: anywhere; }
  .kind { white-space: nowrap; }
  .number { text-align: right; font-variant-numeric: tabular-nums; }
  .small { color: #5b6675; font-size: 0.8rem; }
  @media print {
    body { margin: 0; padding: 0; max-width: none; font-size: 9pt; line-height: 1.35; }
    h1 { font-size: 13pt; margin: 0 0 4mm; } h2 { font-size: 10.5pt; margin: 5mm 0 1mm; }
    th, td { padding: 0.6mm 1.2mm; }
    .small { font-size: 7.5pt; }
    thead { display: table-header-group; } tr { break-inside: avoid; }
  }
`;

/** @param body HTML. */
export function page(title: string, body: string): string {
  const head = `<meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style>`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body><h1>${escaped(title)}</h1>${body}</body></html>\n`;
}

/** Names and what they say. */
export function facts(rows: readonly (readonly [name: string, value: string])[]): string {
  const body = rows.map(([name, value]) => `<tr><th>${escaped(name)}</th>${cell(value)}</tr>`);
  return `<table>${body.join('')}</table>`;
}

/** @param headings of columns of numbers begin with `#`; no two are the same. */
export function table(title: string, headings: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return `<h2>${escaped(title)}</h2><p>None.</p>`;
  const head = headings.map((text) =>
    text.startsWith('#') ? `<th class="number">${escaped(text.slice(1))}</th>` : `<th>${escaped(text)}</th>`,
  );
  return `<h2>${escaped(title)}</h2><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

export function note(text: string): string {
  return `<p class="small">${escaped(text)}</p>`;
}

export function cell(text: string, rest = ''): string {
  const small = rest === '' ? '' : `<div class="small">${escaped(rest)}</div>`;
  return `<td>${escaped(text)}${small}</td>`;
}

/** What a row is about: a few words, which are not broken. */
export function kind(text: string): string {
  return `<td class="kind">${escaped(text)}</td>`;
}

export function number(value: string | number | null): string {
  return `<td class="number">${escaped(value === null ? '' : String(value))}</td>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** No text of anybody acts on a page. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
