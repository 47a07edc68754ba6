/** A range of an Accept header, e.g. `text/*;q=0.5`. */
interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Most characters of the header that are read: whoever sends more has no wish that could be told from it. */
const acceptCharactersMax = 4_096;

const token = "[\\w!#$%&'*+.^`|~-]+";
const typeShape = new RegExp(`^${token}/${token}$`);
const parameterShape = new RegExp(`^(${token})=(?:(${token})|"((?:[^"\\\\]|\\\\.)*)")$`);
const quality = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Which of some media types a caller likes best, as RFC 9110 has it: the most specific range that fits a type says how
 * much it is liked, and 0 that it is not taken. Of those that are liked alike it is the first; without the header any
 * will do. Undefined if none will.
 *
 * @param offered types in lower case without parameters; all are sent in UTF-8.
 */
export function preferred(accept: string | undefined, offered: readonly string[]): string | undefined {
  const [first] = offered;
  if (accept === undefined || accept.trim() === '' || accept === '*/*' || accept === first) return first;
  const ranges = parseRanges(accept.slice(0, acceptCharactersMax).toLowerCase());
  let best: string | undefined;
  let most = 0;
  for (const type of offered) {
    const liked = readQuality(type, ranges);
    if (liked > most) [best, most] = [type, liked];
  }
  return best;
}

/** Whether a caller names a media type with a parameter of that value. All in lower case. */
export function hasParameter(accept: string | undefined, type: string, name: string, value: string): boolean {
  const ranges = parseRanges((accept ?? '').slice(0, acceptCharactersMax).toLowerCase());
  return ranges.some((range) => range.type === type && range.parameters.get(name) === value);
}

function readQuality(type: string, ranges: readonly MediaRange[]): number {
  let [liked, specific] = [0, -1];
  for (const one of ranges) {
    const fits = specificity(type, one);
    if (fits > specific) [liked, specific] = [one.quality, fits];
  }
  return liked;
}

/** The higher, the more of a type a range names; -1 if it does not fit. What else is in its parameters asks for no other type. */
function specificity(type: string, { type: named, parameters }: MediaRange): number {
  if ((parameters.get('charset') ?? 'utf-8') !== 'utf-8') return -1;
  if (named === type) return parameters.size > 0 ? 3 : 2;
  if (named === '*/*') return 0;
  return named === `${type.slice(0, type.indexOf('/'))}/*` ? 1 : -1;
}

/** What is no range is passed over. */
function parseRanges(accept: string): readonly MediaRange[] {
  return split(accept, betweenCommas).flatMap((element) => {
    const [type = '', ...rest] = split(element, betweenSemicolons);
    const read = rest.filter((text) => text !== '').map((text) => parameterShape.exec(text));
    const parameters = new Map(read.map((found) => [found?.[1] ?? '', found?.[2] ?? found?.[3] ?? '']));
    const weight = parameters.get('q') ?? '1';
    if (!typeShape.test(type) || parameters.has('') || !quality.test(weight)) return [];
    parameters.delete('q');
    return [{ type, parameters, quality: Number(weight) }];
  });
}

const betweenCommas = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
const betweenSemicolons = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g;

/** A comma or a semicolon in quotes parts nothing. */
function split(text: string, part: RegExp): readonly string[] {
  return (text.match(part) ?? []).map((one) => one.trim());
}
