import { notOfTier, tiers } from './scripts/lib/tiers.mjs';

/** What jest wants to be told for each project. */
const everyTier = {
  // Not the whole folder: jest looks through it once for each tier.
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

/** One project for each tier (see CONTRIBUTING.md); what stands here holds for all of them. */
export default {
  // jest leaves one core free, which on two cores would double the time.
  maxWorkers: '100%',
  // A deadline finds what hangs; a machine that is busy with other work must not miss it.
  testTimeout: 300_000,
  // A worker that has run half of all suites holds a gigabyte or two and takes seconds to give them back on a busy machine,
  // which jest calls a leak after half a second. One that never ends is told of all the same.
  workerGracefulExitTimeout: 10_000,
  // Here and not in the projects: one run of jest draws its seeds once, whichever tiers it runs.
  globalSetup: './scripts/lib/seeds.mjs',
  projects: Object.entries(tiers).map(([name, { files }]) => ({
    ...everyTier,
    displayName: name,
    testMatch: [...files.map((glob) => `<rootDir>/${glob}`), ...notOfTier(name).map((glob) => `!${glob}`)],
  })),
};
