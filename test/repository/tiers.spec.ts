import { existsSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path/posix';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, readText, root } from './repo.ts';

interface Project {
  readonly displayName: string;
  readonly testMatch: readonly string[];
}

// By names that the compiler does not follow: the configuration and scripts are plain JavaScript without types.
const config = '../../jest.config.js';
const script = '../../scripts/lib/tiers.mjs';
const { default: jestConfig } = (await import(config)) as { default: { readonly projects: readonly Project[] } };
const { tiers, readWords, tiersThatNeed } = (await import(script)) as {
  tiers: Readonly<Record<string, { readonly needs: readonly string[] }>>;
  readWords: (words: readonly string[]) => { named: string[]; rest: string[] };
  tiersThatNeed: (program: string, named: readonly string[]) => string[];
};

const specs = ['apps', 'libs', 'test'].flatMap(filesBelow).filter((file) => file.endsWith('.spec.ts'));

/** The tiers whose globs take a file in. */
function listTiers(file: string): string[] {
  const matches = (glob: string): boolean => matchesGlob(file, glob.replace('<rootDir>/', ''));
  return jestConfig.projects
    .filter(({ testMatch }) => testMatch.every((glob) => !glob.startsWith('!') || !matches(glob.slice(1))))
    .filter(({ testMatch }) => testMatch.some((glob) => !glob.startsWith('!') && matches(glob)))
    .map(({ displayName }) => displayName);
}

/** The files of ours that a file imports by their places, and those that these import, and so on. */
function importedBy(file: string, found = new Set<string>()): Set<string> {
  for (const [, place = ''] of readText(file).matchAll(/(?:from|import\(?) ?'(\.[^']+\.ts)'/g)) {
    const imported = join(dirname(file), place);
    if (found.has(imported) || !existsSync(join(root, imported))) continue;
    found.add(imported);
    importedBy(imported, found);
  }
  return found;
}

/** What starts a program, and the program. */
const starters = { 'test/support/redis-server.ts': 'redis-server', 'test/support/hledger.ts': 'hledger' };

describe('the tiers of the tests', () => {
  it('have every spec in exactly one', () => {
    expect(specs.length).toBeGreaterThan(200);
    expect(specs.filter((file) => listTiers(file).length !== 1).map((file) => [file, listTiers(file)])).toEqual([]);
  });

  it('have a place for specs beside their code', () => {
    expect(listTiers('libs/domain/src/holds/freeze.spec.ts')).toEqual(['domain']);
    expect(listTiers('libs/domain/src/holds/freeze.property.spec.ts')).toEqual(['properties']);
    expect(listTiers('libs/read-models/src/feed/thread.spec.ts')).toEqual(['adapters']);
    expect(listTiers('apps/api/src/http/key-hook.spec.ts')).toEqual(['http']);
    expect(listTiers('apps/auditor/src/verify/verify.spec.ts')).toEqual(['cli']);
  });

  it('have at least one spec each', () => {
    expect(Object.keys(tiers).filter((name) => !specs.some((file) => listTiers(file).includes(name)))).toEqual([]);
  });

  it.each(Object.entries(starters))('say that they need what %s starts, and only if they do', (starter, program) => {
    const needy = specs.filter((file) => importedBy(file).has(starter)).flatMap(listTiers);
    expect([...new Set(needy)].sort()).toEqual(tiersThatNeed(program, []).sort());
  });

  it('have rules and properties that start nothing, listen to nothing and store nothing', () => {
    const pure = specs.filter((file) => listTiers(file).some((name) => name === 'domain' || name === 'properties'));
    const outside = /'node:(child_process|http|net|sqlite|worker_threads)'|'#(event-store|leases|alarms|engine)'/;
    const impure = pure.flatMap((spec) => [spec, ...importedBy(spec)]).filter((file) => outside.test(readText(file)));
    expect([...new Set(impure)]).toEqual([]);
  });
});

describe('the words after npm test', () => {
  it.each([
    ['domain', ['domain'], []],
    ['domain repo', ['domain', 'repo'], []],
    ['--watch domain', ['domain'], ['--watch']],
    ['domain libs/domain/src/holds', ['domain'], ['libs/domain/src/holds']],
    ['libs/domain/src -t settles', [], ['libs/domain/src', '-t', 'settles']],
    ['-t domain', [], ['-t', 'domain']],
    ['--testNamePattern http adapters', ['adapters'], ['--testNamePattern', 'http']],
    ['--selectProjects domain -w 1', ['domain'], ['-w', '1']],
    ['./domain', [], ['./domain']],
    ['', [], []],
  ])('"%s" name these tiers, and leave the rest to jest', (words, named, rest) => {
    expect(readWords(words.split(' ').filter((word) => word !== ''))).toEqual({ named, rest });
  });

  it('ask for a program only if a tier that they name needs it', () => {
    expect(tiersThatNeed('redis-server', ['domain', 'properties', 'repo'])).toEqual([]);
    expect(tiersThatNeed('redis-server', ['domain', 'adapters'])).toEqual(['adapters']);
    expect(tiersThatNeed('hledger', ['adapters'])).toEqual([]);
    expect(tiersThatNeed('hledger', [])).toEqual(['cli', 'process']);
  });
});
