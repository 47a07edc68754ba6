import { z } from 'zod';
import type { FieldError } from '../problems/problems.ts';
import { id, idRule, isId, isPriceBookName, priceBookName, priceBookNameRule } from './fields.ts';

/*
 * What may stand between the slashes.
 */

const dateRule = 'a date is a day that there is, YYYY-MM-DD';
const monthRule = 'a month is YYYY-MM';

const date = z.iso.date({ error: dateRule });
const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, { error: monthRule });

/** Parameters that are no ids. */
const ruled: Readonly<Record<string, { schema: z.ZodType; rule: string; holds: (text: string) => boolean }>> = {
  priceBook: { schema: priceBookName, rule: priceBookNameRule, holds: isPriceBookName },
  date: { schema: date, rule: dateRule, holds: (text) => date.safeParse(text).success },
  month: { schema: month, rule: monthRule, holds: (text) => month.safeParse(text).success },
};

/** What is wrong with the parameters of a path. Every request asks it: an id costs one look. */
export function validatePath(parameters: Readonly<Record<string, string>>): FieldError | undefined {
  for (const [name, value] of Object.entries(parameters)) {
    const { holds, rule } = ruled[name] ?? { holds: isId, rule: idRule };
    if (!holds(value)) return { pointer: `/${name}`, detail: rule };
  }
  return undefined;
}

/** What a parameter is, for the documents. */
export function pathSchema(name: string): z.ZodType {
  return ruled[name]?.schema ?? id;
}
