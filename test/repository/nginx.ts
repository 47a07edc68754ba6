import { readText } from './repo.ts';

/** One directive of nginx, with the directives in its braces. */
export interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly block: readonly Directive[];
}

/** Comments; words in quotes, whose backslashes stay; the marks; words. */
const tokens = /#[^\n]*|'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|([{};])|([^\s{};'"]+)/g;

interface Token {
  readonly mark?: string;
  readonly word?: string;
}

export function readNginx(file: string): readonly Directive[] {
  const read: Token[] = [];
  for (const [text, single, double, mark, word] of readText(file).matchAll(tokens)) {
    if (text.startsWith('#')) continue;
    read.push(mark === undefined ? { word: single ?? double ?? word ?? '' } : { mark });
  }
  return parseDirectives(read.values());
}

/** The directives up to the brace that closes them. */
function parseDirectives(rest: IteratorObject<Token, undefined>): Directive[] {
  const found: Directive[] = [];
  let words: string[] = [];
  for (let next = rest.next(); next.done !== true && next.value.mark !== '}'; next = rest.next()) {
    const { mark, word } = next.value;
    if (word !== undefined) words.push(word);
    if (mark === undefined) continue;
    const [name = '', ...others] = words;
    found.push({ name, words: others, block: mark === '{' ? parseDirectives(rest) : [] });
    words = [];
  }
  return found;
}

export function findAll(directives: readonly Directive[], name: string): Directive[] {
  return directives.filter((directive) => directive.name === name);
}

/** The words of the one directive of a name, as a text; undefined if there is none. */
export function readArguments(directives: readonly Directive[], name: string): string | undefined {
  return findAll(directives, name)[0]?.words.join(' ');
}

/** The location that nginx takes for a path: the exact one, else the first pattern that matches, else the longest beginning. */
export function findLocation(locations: readonly Directive[], path: string): Directive | undefined {
  const exact = locations.find(({ words }) => words[0] === '=' && words[1] === path);
  const pattern = locations.find(({ words: [kind, text = ''] }) => kind === '~' && new RegExp(text).test(path));
  const beginnings = locations.filter(({ words }) => words.length === 1 && path.startsWith(words[0] ?? ''));
  const [longest] = beginnings.sort((left, right) => (right.words[0]?.length ?? 0) - (left.words[0]?.length ?? 0));
  return exact ?? pattern ?? longest;
}
