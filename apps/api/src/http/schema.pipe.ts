import { Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { parse } from '#contract';
import { RequestRefused } from './request-refused.ts';

/** What a schema makes of what was sent. */
export type Parsed<Schema extends z.ZodType> = z.output<Schema>;

/** Reads a body or a query by its schema of the contract. What is wrong with it is thrown as the problem that it is. */
@Injectable()
export class SchemaPipe<Schema extends z.ZodType> implements PipeTransform<unknown, Parsed<Schema>> {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** @throws RequestRefused */
  transform(sent: unknown): Parsed<Schema> {
    const parsed = parse(this.#schema, sent);
    if (!parsed.ok) throw new RequestRefused(parsed.problem);
    return parsed.value;
  }
}
