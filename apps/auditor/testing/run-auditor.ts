import { priceBooks, start } from '../../../test/support/driven-store.ts';
import { runCommandLine } from '../src/cli/command-line.ts';
import type { CliDependencies } from '../src/cli/context.ts';

/** What a command line ended with. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

const dayMs = 86_400_000;

/** Runs a command line in this process; by its clock the scenario of `driven-store` was two days ago. */
export function auditor(...words: readonly string[]): Promise<Ended> {
  return auditorIn({}, ...words);
}

/** The same with variables in its environment. */
export async function auditorIn(
  environment: NonNullable<CliDependencies['environment']>,
  ...words: readonly string[]
): Promise<Ended> {
  let [out, errors] = ['', ''];
  const code = await runCommandLine(words, {
    write: (text) => (out += text),
    complain: (text) => (errors += text),
    errorTerminal: { write: () => true },
    now: () => start + 2 * dayMs,
    priceBooks,
    environment,
  });
  return { code, out, errors };
}

export const splitOutput = (out: string): readonly string[] => (out === '' ? [] : out.replace(/\n$/, '').split('\n'));

/** The rows of a CSV without line breaks in its fields, by the names in its first row. Each ends with CRLF. */
export function csvRows(out: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...rows] = out.replace(/\r\n$/, '').split('\r\n');
  const names = head.split(',');
  return rows.map((row) => {
    const fields = [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    );
    return Object.fromEntries(names.map((name, index) => [name, fields[index] ?? '']));
  });
}
