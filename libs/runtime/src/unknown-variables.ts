import type { Environment } from './secrets.ts';

/** Of the other programs, which run beside a service and may share its environment. */
const ofOtherPrograms = ['HOLDFAST_URL', 'HOLDFAST_KEY', 'HOLDFAST_AUDITOR_KEY', 'HOLDFAST_AUDITOR_KEY_FILE'];

/** Most letters that a mistyped name is away from the name that was meant. */
const typosMax = 2;

/**
 * What Kubernetes and Docker set for a service or container whose name begins with `holdfast`, unless the pod says
 * `enableServiceLinks: false`. Nobody types such names by mistake.
 */
const serviceLink =
  /^HOLDFAST_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)$/;
const linkedAddress = /^(tcp|udp|sctp):\/\//;

/** Whether a value of a variable is one that Kubernetes sets. */
export function isLinkedAddress(value: string): boolean {
  return linkedAddress.test(value);
}

/**
 * Variables that look like settings and are none: a mistyped one would leave its default in place, and nobody would know.
 * One line for each, with the name that may have been meant.
 *
 * @param known all settings that there are.
 */
export function unknownVariables(variables: Environment, known: readonly string[]): readonly string[] {
  const all = [...known, ...ofOtherPrograms];
  const ours = all.filter((name) => name.startsWith('HOLDFAST_'));
  return Object.entries(variables).flatMap(([name, value = '']) => {
    if (all.includes(name) || serviceLink.test(name) || isLinkedAddress(value)) return [];
    const nearest = findNearest(name, all);
    const meant = ` is not known here: did you mean ${nearest.name}?`;
    if (/^HOLDFAST/i.test(name)) return [name + (nearest.typos <= name.length / 3 ? meant : ' is not known here')];
    // Not by the beginning, which may be what was mistyped; other programs' names are none of ours.
    return ours.includes(nearest.name) && nearest.typos <= typosMax ? [name + meant] : [];
  });
}

function findNearest(name: string, known: readonly string[]): { readonly name: string; readonly typos: number } {
  const written = name.toUpperCase();
  const bare = written.replace('HOLDFAST_', '');
  const distances = known.map((one) => {
    // A part that is missing, or `HOLDFAST_` before a name that has none, is one mistake.
    const slip = one === bare || one.startsWith(`${written}_`) ? 1 : Infinity;
    return { name: one, typos: Math.min(slip, typosBetween(written, one)) };
  });
  return distances.reduce((best, one) => (one.typos < best.typos ? one : best), { name: '', typos: Infinity });
}

/** How many letters must be put in, left out or changed to make one text the other (Levenshtein). */
function typosBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of Array.from(one).entries()) {
    let before = line;
    const next = [line + 1];
    for (const [column, otherLetter] of Array.from(other).entries()) {
      const above = row[column + 1] ?? 0;
      next.push(Math.min(above + 1, (next[column] ?? 0) + 1, before + (letter === otherLetter ? 0 : 1)));
      before = above;
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
