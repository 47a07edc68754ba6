import { readFileSync } from 'node:fs';

/** Files that the process needs for other things than connections: its store, its libraries, other servers. */
const filesReserved = 256;

/** How many connections the system lets this process have; without limit where it does not say. */
export function connectionsPossible(limitsFile = '/proc/self/limits'): number {
  let text;
  try {
    text = readFileSync(limitsFile, 'utf8');
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Number(soft) - filesReserved);
}
