import { z } from 'zod';
import { anyAmount, body, id, reason, time, wholeNumber } from './fields.ts';

/** What is not given stays as it is; null takes a threshold away. */
export const thresholds = {
  availableBelow: anyAmount.nullable().optional(),
  packPercentBelow: wholeNumber(1, 100, 'a percentage').nullable().optional(),
  packExpiresWithinDays: wholeNumber(1, 366, 'a number of days').nullable().optional(),
};

export const setWarningsBody = body({ changeId: id, reason, ...thresholds });

export const warning = z.object({
  revision: z.int(),
  at: time,
  warning: z.enum([
    'available-low',
    'everything-frozen',
    'arrears',
    'suspended',
    'charge-uncollected',
    'pack-low',
    'pack-expiring',
  ]),
  subject: z.string().nullable().meta({ description: 'The hold of an uncollected charge, or the pack.' }),
  threshold: z.string().nullable(),
  value: z.string().nullable(),
});

export const warningList = z.object({
  warnings: z.array(warning),
  next: z.int().meta({ description: 'Ask on with ?from=… .' }),
  asOf: time,
  asOfPosition: z.string(),
});

export type SetWarningsBody = z.infer<typeof setWarningsBody>;
export type Warning = z.infer<typeof warning>;
export type WarningList = z.infer<typeof warningList>;
