/** One configuration for every kind of test; the kinds are told apart by folder (see CONTRIBUTING.md). */
export default {
  // jest leaves one core free, which on two cores would double the time.
  maxWorkers: '100%',
  // A deadline finds what hangs; a machine that is busy with other work must not miss it.
  testTimeout: 300_000,
  globalSetup: './scripts/lib/seeds.mjs',
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
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};
