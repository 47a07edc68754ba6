/** Columns of names, which stand to the left; all else to the right. */
const names = ['account', 'price book', 'list'];

/** A table for a terminal: a head, a rule, and the rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const texts = lines.map((line) =>
    line
      .map((cell, column) =>
        names.includes(head[column] ?? '') ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [texts[0] ?? '', rule, ...texts.slice(1)];
}
