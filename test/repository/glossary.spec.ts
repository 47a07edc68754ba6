import { describe, expect, it } from '@jest/globals';
import { filesBelow, readText } from './repo.ts';

/** The words that mean something of their own here. A new one is added to this list and to the glossary. */
const ownWords = [
  'account',
  'alarm',
  'arrears',
  'available',
  'bill',
  'breakage',
  'budget',
  'bundle',
  'chain',
  'checkpoint',
  'claim',
  'credential',
  'credited',
  'deadline',
  'expire',
  'fail',
  'family',
  'finding',
  'fold',
  'forfeited',
  'freeze',
  'frozen',
  'group',
  'guard',
  'head',
  'hold',
  'id index',
  'lane',
  'late settle',
  'lease',
  'liability',
  'linked group',
  'notice',
  'order',
  'owed',
  'pack',
  'parked',
  'position',
  'price book',
  'problem',
  'quarantine',
  'quote',
  'read model',
  'refusal',
  'register',
  'release',
  'revision',
  'settle',
  'settled',
  'snapshot',
  'stated zone',
  'sweep',
  'sweeper',
  'terms',
  'tidy',
  'tier',
  'undo log',
  'unmatched payment',
  'worker',
];

/** Words that this repository once used for what has a usual name; with the usual name. */
const usualNames: readonly (readonly [RegExp, string])[] = [
  [/\bdoors?\b/i, 'route or endpoint'],
  [/\brooms?\b(?! for)/i, 'package'],
  [/\bthe house\b/i, 'repository or service'],
  [/\barrows?\b/i, 'dependency rules'],
  [/\brulebook\b/i, 'domain model'],
  [/\bthe readModels\b/i, 'read models'],
  [/\bstanding\b/i, 'account summary'],
  [/\bpostman\b/i, 'webhook sender'],
  [/\banew\b/i, 'again'],
];

/** What a newcomer reads first. */
const firstRead = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/glossary.md'];

const explained = [...readText('docs/glossary.md').matchAll(/^\| ([a-z][a-z ]*?) *\|/gm)]
  .map(([, word = '']) => word)
  .filter((word) => word !== 'word');

describe('the glossary', () => {
  it('explains every word of our own', () => {
    expect(ownWords.filter((word) => !explained.includes(word))).toEqual([]);
  });

  it('explains each word once, and no word that is not on the list of our own', () => {
    expect([...explained].sort()).toEqual([...ownWords].sort());
  });

  it('explains no word that nothing else uses', () => {
    // In code two words are one name.
    const used = (word: string): RegExp => new RegExp(`\\b${word.replace(' ', '[ -]?')}(s|d|ed|ing|ies)?\\b`);
    const others = filesBelow('.').filter((file) => /[.](md|ts)$/.test(file) && !file.includes('glossary'));
    const text = others.map(readText).join('\n').toLowerCase();
    expect(ownWords.filter((word) => !used(word).test(text))).toEqual([]);
  });
});

describe('the documents that are read first', () => {
  it('use the usual names', () => {
    const unusual = firstRead.flatMap((file) =>
      usualNames.flatMap(([word, usual]) => {
        const found = word.exec(readText(file))?.[0];
        return found === undefined ? [] : [`${file}: "${found}", say ${usual}`];
      }),
    );
    expect(unusual).toEqual([]);
  });
});
