import { describe, expect, it } from '@jest/globals';
import { accountEventTypes } from '#domain';
import { filesBelow, readText } from './repo.ts';

const sources = ['apps', 'libs', 'test'].flatMap(filesBelow).filter((file) => file.endsWith('.ts'));
const product = sources.filter((file) => !/(^test|\/testing)\/|[.]spec[.]ts$/.test(file));

/** Most lines of a file; of a test, whose sentences come in long rows. */
const linesMax = 260;
const testLinesMax = 420;

/** Words that name nothing, or name one thing by two names; with what to say instead. */
const instead: readonly (readonly [RegExp, string])[] = [
  [/\b\w*(Manager|Helper|Util|Impl)s?\b/, 'what the thing is or does'],
  [/\b(class|interface|type) \w*(Base|Info)\b/, 'what the thing is'],
  [/\binterface I[A-Z][a-z]/, 'the name without the I'],
  [/\bwallets?\b/i, 'account'],
  [/\breservations?\b/i, 'hold'],
  [
    /\b\w*(Doors?|Rulebook|Postman|DueQueue|Dues|Surroundings|Standing|Shelf|Teller|Breach)s?\b/,
    'route, domain model, WebhookSender, DeadlineHeap, Schedule, dependencies, AccountSummary, catalog, ScenarioRunner, Violation',
  ],
  [
    /\b(rulebook|postman|surroundings|standing|breach(es)?|carryOut|aftermath|faltered|storeBroke|turnAway|whyNot|dearest)\b/,
    'the usual word; see the glossary',
  ],
  [/\b(capture|void)(d|s)? (a|the) hold\b/i, 'settle, release'],
];

/** Names of our own for what has a usual one: in the product and in tests; with the usual one. */
const usual: readonly (readonly [RegExp, string])[] = [
  [/\bviews\b|\bviews[A-Z-]|[a-z]Views\b/, 'read models'],
  [/\b[sS]tor(y|ies)\b|\bStory[A-Z]|\b[tT]eller|\btell[A-Z]|\b\w*[a-z]Told\w*/, 'scenario, lifecycle, run, reported'],
  [/\b[sS]ight\b|\banew\b|\b[cC]rowd\w*|\bdues\b/, 'read, again or rebuilt, load, due'],
  [/\.?\b(#?room|hasRoom|makeRoom)\b(?=[ ]*[(=:])/, 'flush, fits, evict'],
  [/\b[fF]aults?\b|\b[a-z]\w*Faults?\b/, 'error, validateX'],
  [/(?<![.\w])(?!(toBeInstance|snapshot|as|usedKey|summary|events)Of)[a-z]\w*Of\(/, 'a verb, or a noun'],
  [/\bclock_unsure\b|\b(Look|look)Entry\b|#turn\b/, 'clock_untrusted, ReadEntry, processBatch'],
];

/** Where these names are listed. */
const listed = /(tidy|glossary)[.]spec[.]ts$/;

describe('the code is tidy', () => {
  it('has no file that is too long to be read at one go', () => {
    const long = sources.flatMap((file) => {
      const lines = readText(file).split('\n').length - 1;
      const most = product.includes(file) ? linesMax : testLinesMax;
      return lines > most ? [`${file}: ${String(lines)} lines, at most ${String(most)}`] : [];
    });
    expect(long).toEqual([]);
  });

  it('calls things by their names', () => {
    const misnamed = product.flatMap((file) =>
      instead.flatMap(([word, better]) => {
        const found = word.exec(readText(file))?.[0];
        return found === undefined ? [] : [`${file}: "${found}", say ${better}`];
      }),
    );
    expect(misnamed).toEqual([]);
  });

  it('uses the usual names, in tests too', () => {
    const unusual = sources
      .filter((file) => !listed.test(file))
      .flatMap((file) =>
        usual.flatMap(([word, better]) => {
          const found = word.exec(readText(file))?.[0];
          return found === undefined ? [] : [`${file}: "${found}", say ${better}`];
        }),
      );
    expect(unusual).toEqual([]);
  });

  it('looks an event up by its type, and switches over event types nowhere in the domain model', () => {
    const cases = new RegExp(`case '(${accountEventTypes.join('|').replaceAll('.', '[.]')})'`);
    const topics = product.filter((file) => /^libs\/domain\/src\/(?!aggregate\/)/.test(file));
    expect(topics.filter((file) => cases.test(readText(file)))).toEqual([]);
  });

  it('gives every package one entry with named exports', () => {
    const packages = new Set(
      product.map((file) => /^libs\/[^/]+/.exec(file)?.[0]).filter((folder) => folder !== undefined),
    );
    expect([...packages].filter((folder) => !product.includes(`${folder}/src/index.ts`))).toEqual([]);
    // The ports have an entry of their own, `#application/ports`, with named exports.
    const starred = sources.filter((file) => /^export \*/m.test(readText(file)));
    expect(starred).toEqual(['libs/application/src/index.ts']);
  });

  it('imports nothing that only tests have: the build would take it along', () => {
    const onlyTests = /from '[^']*([/]testing[/]|[/]test[/]support[/]|[.]spec[.]ts)/;
    expect(product.filter((file) => onlyTests.test(readText(file)))).toEqual([]);
  });

  it('reads the environment where a process begins, and nowhere else', () => {
    const readers = product.filter((file) => readText(file).includes('process.env'));
    expect(readers.filter((file) => !/^apps\/[^/]+\/src\/(main|config)\.ts$/.test(file))).toEqual([]);
  });

  it('leaves no test out', () => {
    const specs = sources.filter((file) => file.endsWith('.spec.ts'));
    const only = /\b(describe|it|test)[.](only|skip|todo)\b|\b(fdescribe|fit|xdescribe|xit)[(]/;
    expect(specs.filter((file) => only.test(readText(file)))).toEqual([]);
  });

  it('has random tests that can be repeated: their seeds are the run’s', () => {
    const tests = sources.filter((file) => !product.includes(file) && file !== 'test/support/fast-check.ts');
    expect(tests.filter((file) => /from 'fast-[c]heck'|Math[.]random/.test(readText(file)))).toEqual([]);
  });

  it('waits in tests for what happens, not for time to pass', () => {
    const sleeps = sources.filter(
      (file) => file.endsWith('.spec.ts') && /await (sleep|pause|delay)\(\d{3,}/.test(readText(file)),
    );
    expect(sleeps).toEqual([]);
  });
});
