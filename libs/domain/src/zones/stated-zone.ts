import type { ZoneFacts } from './zone-shape.ts';

/**
 * What was stated before, with what is stated again for the time ahead of it. Earlier time keeps what was said of it then:
 * no day that is over ever begins or ends elsewhere.
 */
export function restateZone(before: ZoneFacts, restated: ZoneFacts): ZoneFacts {
  if (restated.from <= before.from) return restated;
  const { from, offsetMs } = before;
  const earlier = before.changes.filter(({ at }) => at < restated.from);
  const turns = (earlier.at(-1)?.offsetMs ?? offsetMs) !== restated.offsetMs;
  const changes = [
    ...earlier,
    ...(turns ? [{ at: restated.from, offsetMs: restated.offsetMs }] : []),
    ...restated.changes,
  ];
  return { version: restated.version, from, until: restated.until, offsetMs, changes };
}

/** How far the clocks are ahead of UTC at an instant, in ms. */
export function offsetAt({ offsetMs, changes }: ZoneFacts, at: number): number {
  return changes.findLast((change) => change.at <= at)?.offsetMs ?? offsetMs;
}

/** What the clocks show, as ms since 1970 of clocks that showed the same in UTC. */
export function shownAt(zone: ZoneFacts, at: number): number {
  return at + offsetAt(zone, at);
}

/**
 * The first instant at which the clocks show a time or have passed it: of a time that comes twice the first, of one that
 * is skipped the moment of the change.
 */
export function firstReach(zone: ZoneFacts, shown: number): number {
  let [from, offsetMs] = [Number.NEGATIVE_INFINITY, zone.offsetMs];
  for (const change of zone.changes) {
    const at = Math.max(from, shown - offsetMs);
    if (at < change.at) return at;
    [from, offsetMs] = [change.at, change.offsetMs];
  }
  return Math.max(from, shown - offsetMs);
}

/**
 * The instant at which the clocks show a time: the first if it comes twice. One that the clocks jump over is as much later
 * as they jump.
 */
export function instantShowing(zone: ZoneFacts, shown: number): number {
  const at = firstReach(zone, shown);
  return shownAt(zone, at) === shown ? at : shown - offsetAt(zone, at - 1);
}

/** Whether two say the same of the time from one instant to another. */
export function sayTheSame(left: ZoneFacts, right: ZoneFacts, from: number, until: number): boolean {
  if (offsetAt(left, from) !== offsetAt(right, from)) return false;
  const between = ({ changes }: ZoneFacts): ZoneFacts['changes'] => changes.filter(({ at }) => from < at && at < until);
  const [mine, theirs] = [between(left), between(right)];
  if (mine.length !== theirs.length) return false;
  return mine.every((change, place) => {
    const other = theirs[place];
    return change.at === other?.at && change.offsetMs === other.offsetMs;
  });
}
