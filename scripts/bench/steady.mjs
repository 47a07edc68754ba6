/** Open-loop load: requests are sent when they are due, whether or not earlier ones have been answered. */
import { setTimeout as pause } from 'node:timers/promises';
import { percentiles } from './percentiles.mjs';

/**
 * @param send makes the request of a number.
 * @returns how long the answers took, in ms, each from the moment in which its request was due.
 */
export async function steady(send, perSecond, seconds) {
  const latencies = [];
  const underWay = new Set();
  const begun = performance.now();
  for (let sent = 0; performance.now() - begun < seconds * 1_000;) {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    for (; sent < due; sent += 1) {
      const wanted = begun + (sent / perSecond) * 1_000;
      const asking = send(sent).then(() => {
        latencies.push(performance.now() - wanted);
        underWay.delete(asking);
      });
      underWay.add(asking);
    }
    await pause(1);
  }
  await Promise.all(underWay);
  return { count: latencies.length, ...percentiles(latencies) };
}
