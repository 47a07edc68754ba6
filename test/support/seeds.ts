/**
 * The seeds of this run: `DICE_SEED` and `FC_SEED`, as they were given or as the run has drawn them. Every run prints
 * them (scripts/lib/seeds.mjs), and given back they repeat it.
 *
 * @throws Error if the variable is no whole number, or if a test was started past jest's configuration.
 */
export function seedOfRun(name: 'DICE_SEED' | 'FC_SEED'): number {
  const text = process.env[name] ?? '';
  if (!/^\d{1,10}$/.test(text)) throw new Error(`${name} is a whole number, not "${text}"`);
  return Number(text);
}
