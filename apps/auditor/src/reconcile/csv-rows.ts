import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';

/** One row of a CSV, with the line of the file on which it begins, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A file is not what RFC 4180 calls CSV. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Most characters of one row: a quote that is never closed does not take all memory. */
export const rowCharactersMax = 64 * 1024;

/**
 * The rows of a CSV file as RFC 4180 has them, with or without a byte order mark, with any line breaks; empty lines are
 * passed over. Reads no further ahead than a chunk.
 *
 * @param delimiter one character between two fields.
 * @param encoding as the Encoding Standard calls it.
 * @throws CsvError with the line; Node's errors if the file cannot be read.
 */
export async function* readCsvRows(file: string, delimiter = ',', encoding = 'utf-8'): AsyncGenerator<CsvRow, void> {
  const reader = new RowReader(delimiter);
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of createReadStream(file)) {
    yield* reader.take(decoded(decoder, chunk as Buffer, reader));
  }
  yield* reader.take(decoded(decoder, undefined, reader));
  yield* reader.finish();
}

function decoded(decoder: TextDecoder, chunk: Buffer | undefined, { line }: RowReader): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw new CsvError(line, `from here on it is not ${decoder.encoding.toUpperCase()}`);
  }
}

type Place = 'start of a field' | 'in a field' | 'in quotes' | 'after quotes';

class RowReader {
  /** On which the next sign stands. */
  line = 1;
  #rowLine = 1;
  #fields: string[] = [];
  #field = '';
  #characters = 0;
  #place: Place = 'start of a field';
  #afterReturn = false;
  readonly #delimiter: string;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  *take(text: string): Generator<CsvRow> {
    for (const sign of text) {
      const breaks = sign === '\n' || sign === '\r';
      const secondOfTwo = sign === '\n' && this.#afterReturn;
      this.#afterReturn = sign === '\r';
      if (breaks && !secondOfTwo) this.line += 1;
      if (breaks && this.#place !== 'in quotes') {
        if (!secondOfTwo) yield* this.#endRow();
        this.#rowLine = this.line;
        continue;
      }
      this.#add(sign);
    }
  }

  *finish(): Generator<CsvRow> {
    if (this.#place === 'in quotes') throw new CsvError(this.#rowLine, 'a quote that begins here is never closed');
    yield* this.#endRow();
  }

  #add(sign: string): void {
    this.#characters += 1;
    if (this.#characters > rowCharactersMax) {
      throw new CsvError(this.#rowLine, `a row has at most ${String(rowCharactersMax)} characters`);
    }
    if (this.#place === 'in quotes') {
      if (sign === '"') this.#place = 'after quotes';
      if (sign !== '"') this.#field += sign;
      return;
    }
    if (sign === this.#delimiter) {
      this.#endField();
      return;
    }
    if (sign === '"') {
      this.#quote();
      return;
    }
    if (this.#place === 'after quotes')
      throw new CsvError(this.line, `after a closing quote comes ${JSON.stringify(this.#delimiter)} or the end`);
    this.#field += sign;
    this.#place = 'in a field';
  }

  /** One begins a field, or stands doubled in one. */
  #quote(): void {
    if (this.#place === 'in a field')
      throw new CsvError(this.line, 'a quote stands in a field that has none around it');
    if (this.#place === 'after quotes') this.#field += '"';
    this.#place = 'in quotes';
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = '';
    this.#place = 'start of a field';
  }

  *#endRow(): Generator<CsvRow> {
    const empty = this.#fields.length === 0 && this.#characters === 0;
    this.#endField();
    const fields = this.#fields;
    this.#fields = [];
    this.#characters = 0;
    if (!empty) yield { line: this.#rowLine, fields };
  }
}
