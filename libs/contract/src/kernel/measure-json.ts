/*
 * JSON as it comes from outside, measured before anything is made of it: one look at every character.
 */

/** How deep JSON may be nested: three times what the deepest body needs. More is refused before anything is made of it. */
export const jsonDepthMax = 32;

export interface JsonBounds {
  /** Most values in the whole text, members and elements alike. */
  readonly valuesMax?: number;
  /** Most members of one object: what is made of an object, and said of what is wrong with it, grows with them. */
  readonly membersMax?: number;
}

/** The number of members, or what is against parsing the text at all. Whether it is JSON is for the parser to say. */
export function measureJson(text: string, bounds: JsonBounds = {}): JsonMeasured | string {
  const error = validateStart(text);
  if (error !== undefined) return error;
  const meter = new JsonMeter(bounds);
  return meter.add(text) ?? meter.measured;
}

export function validateStart(text: string): string | undefined {
  if (text === '') return 'the body is empty';
  return text.charCodeAt(0) === byteOrderMark ? 'the body begins with a byte order mark' : undefined;
}

/** What one look at every character tells of a text. */
export interface JsonMeasured {
  /** Members of all its objects. */
  readonly members: number;
}

/**
 * Measures JSON piece by piece, so that a body which is too deep or too wide is refused before the rest of it is taken. The
 * pieces may be bytes of UTF-8 read as Latin-1: all that counts here is ASCII.
 */
export class JsonMeter {
  readonly #valuesMax: number;
  readonly #membersMax: number;
  /** Members of the object at each depth. */
  readonly #membersAt = new Array<number>(jsonDepthMax + 1).fill(0);
  #depth = 0;
  #members = 0;
  #values = 1;
  #isInString = false;
  /** The piece before ended with a backslash inside of a string. */
  #isEscaped = false;

  constructor({ valuesMax = Infinity, membersMax = Infinity }: JsonBounds) {
    this.#valuesMax = valuesMax;
    this.#membersMax = membersMax;
  }

  get measured(): JsonMeasured {
    return { members: this.#members };
  }

  /** What is wrong with the text so far; undefined if nothing is. */
  add(piece: string): string | undefined {
    for (let at = this.#isInString ? this.#afterString(piece, 0) : 0; at < piece.length; at += 1) {
      switch (piece.charCodeAt(at)) {
        case quote:
          at = this.#afterString(piece, at + 1) - 1;
          break;
        case openBrace:
        case openBracket:
          this.#depth += 1;
          if (this.#depth > jsonDepthMax) return `the body is nested deeper than ${String(jsonDepthMax)}`;
          this.#membersAt[this.#depth] = 0;
          this.#values += 1;
          break;
        case closeBrace:
        case closeBracket:
          this.#depth -= 1;
          if (this.#depth < 0) return 'the body is not JSON: a bracket is closed that was never opened';
          break;
        case comma:
          this.#values += 1;
          break;
        case colon: {
          this.#members += 1;
          const members = (this.#membersAt[this.#depth] ?? 0) + 1;
          this.#membersAt[this.#depth] = members;
          if (members > this.#membersMax)
            return `an object of the body has more than ${String(this.#membersMax)} members`;
          break;
        }
        default:
      }
      if (this.#values > this.#valuesMax) return `the body has more than ${String(this.#valuesMax)} values`;
    }
    return undefined;
  }

  /** The place after the string that `start` is in, or the end of the piece if the string goes on. */
  #afterString(piece: string, start: number): number {
    let at = this.#isEscaped ? start + 1 : start;
    for (; at < piece.length; at += 1) {
      const code = piece.charCodeAt(at);
      if (code === backslash) at += 1;
      if (code !== quote) continue;
      this.#isInString = false;
      this.#isEscaped = false;
      return at + 1;
    }
    this.#isInString = true;
    this.#isEscaped = at > piece.length;
    return piece.length;
  }
}

const byteOrderMark = 0xfeff;
export const quote = 0x22;
export const backslash = 0x5c;
export const comma = 0x2c;
export const colon = 0x3a;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
