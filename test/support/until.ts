import { setTimeout as after } from 'node:timers/promises';

/** How long something may take to come true before the test gives up, and how often it is asked, in ms. */
const patienceMs = 240_000;
const intervalMs = 20;

/** Waits until something is true. @throws Error if that takes too long. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('what the test waits for did not come true');
    await after(intervalMs);
  }
}
