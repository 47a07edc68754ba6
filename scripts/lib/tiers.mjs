/**
 * The tiers of the tests, from the quick to the slow: what belongs to each, and which programs of others its tests start.
 * Every spec belongs to exactly one (test/repository/tiers.spec.ts); each tier is a jest project of the same name.
 * Plain Node 20 or newer, no dependencies.
 */

/** @typedef {{ files: readonly string[], needs: readonly string[] }} Tier globs from the top of the repo; programs. */

/** @type {Readonly<Record<string, Tier>>} */
export const tiers = {
  domain: { files: ['libs/domain/**/*.spec.ts'], needs: [] },
  properties: { files: ['@(apps|libs)/**/*.property.spec.ts'], needs: [] },
  simulation: { files: ['test/simulation/**/*.spec.ts'], needs: ['redis-server'] },
  adapters: { files: ['libs/!(domain|contract|client|http)/**/*.spec.ts'], needs: ['redis-server'] },
  http: {
    files: ['libs/@(contract|client|http)/**/*.spec.ts', 'apps/!(auditor|transfer|backup)/**/*.spec.ts'],
    needs: [],
  },
  cli: { files: ['apps/@(auditor|transfer|backup)/**/*.spec.ts'], needs: ['redis-server', 'hledger'] },
  process: { files: ['test/@(process|acceptance)/**/*.spec.ts'], needs: ['redis-server', 'hledger'] },
  repo: { files: ['test/repository/**/*.spec.ts'], needs: [] },
};

/** The specs that a tier leaves out: those of properties stand beside the others. */
export const notOfTier = (name) => (name === 'properties' ? [] : ['**/*.property.spec.ts']);

/** Options of jest whose next word is a value, and may be the name of a tier. */
const withValue = new Set(['-t', '--testNamePattern', '--ignoreProjects']);

/**
 * What the caller of `npm test` asks for: the words that name tiers, and everything else, which goes to jest as it is.
 *
 * @param {readonly string[]} words
 */
export function readWords(words) {
  const isTier = (word, at) => Object.hasOwn(tiers, word) && !withValue.has(words[at - 1]);
  const rest = words.filter((word, at) => !isTier(word, at) && word !== '--selectProjects');
  return { named: [...new Set(words.filter(isTier))], rest };
}

/**
 * The tiers among those named (none: all) whose tests start a program.
 *
 * @param {string} program
 * @param {readonly string[]} named
 */
export function tiersThatNeed(program, named) {
  const asked = named.length === 0 ? Object.keys(tiers) : named;
  return asked.filter((name) => tiers[name].needs.includes(program));
}
