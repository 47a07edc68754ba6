/**
 * Draws the seeds of a run of the tests before its first test, and prints them: given back in the environment, they
 * repeat what was random. Workers of jest inherit them.
 */
export const seedNames = ['DICE_SEED', 'FC_SEED'];

/** The seeds of this run, as they would be written before a command. */
export function seedsText() {
  return seedNames.map((name) => `${name}=${process.env[name] ?? '?'}`).join(' ');
}

export default function drawSeeds() {
  for (const name of seedNames) process.env[name] ||= String(Math.trunc(Math.random() * 2 ** 31));
  process.stdout.write(`Random tests repeat this run with ${seedsText()}\n`);
}
