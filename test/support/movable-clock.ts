/*
 * Preloaded (`--import`) into a service: its wall clock can be set from outside, by a message over the channel of the
 * process that started it; each is confirmed. The monotonic clock runs on, as that of the kernel does. Other threads of
 * the service keep the true time: none of them decides anything by it.
 */

const trueNow = Date.now;

let offsetMs = Number(process.env['CLOCK_OFFSET_MS'] ?? '0');

Date.now = () => trueNow() + offsetMs;

process.on('message', (message: { readonly clockOffsetMs?: number }) => {
  if (message.clockOffsetMs === undefined) return;
  offsetMs = message.clockOffsetMs;
  process.send?.({ clockOffsetMs: offsetMs });
});
