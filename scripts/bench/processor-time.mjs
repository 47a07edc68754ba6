import { readFileSync } from 'node:fs';

/** Ticks of a second in which Linux counts. */
const ticksPerSecond = 100;

/** Processor time that a process has used, all of its threads, in ms; NaN where the system does not tell it in /proc. */
export function processorMs(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the program's name, which may have spaces in it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000;
  } catch {
    return Number.NaN;
  }
}
