import { createProblem } from '#contract';
import { HoldfastProblem } from './errors.ts';

/** What stands behind the question mark; what is undefined is left out. */
export type QueryValues = Readonly<Record<string, string | number | undefined>>;

/** Paths would be shortened by these, encoded or not: the request would come to another route. */
const climbing = ['', '.', '..'];

/**
 * The path with its parameters filled in, percent-encoded, and the query behind it.
 *
 * @throws HoldfastProblem `invalid_request`, without asking the service, for an empty id and for the ids `.` and `..`
 */
export function toAddress(path: string, parameters: Readonly<Record<string, string>>, query: QueryValues = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name] ?? '';
    if (climbing.includes(value)) throw new HoldfastProblem(invalidId(name));
    return encodeURIComponent(value);
  });
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
  return asked.size === 0 ? filled : `${filled}?${asked.toString()}`;
}

function invalidId(name: string): ReturnType<typeof createProblem> {
  return createProblem('invalid_request', { detail: `${name}: an id is neither empty nor "." nor ".."`, field: name });
}
