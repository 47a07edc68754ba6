import { z } from 'zod';
import { balance } from '../accounts.ts';
import { id, time } from '../kernel/fields.ts';

export const date = z.iso.date({ error: 'a date is YYYY-MM-DD' });
export const amount = z.string();
export const revision = z.int().meta({ description: 'Of an event of the account.' });

export const arrears = z.object({ since: time, suspendsAt: time }).nullable();

const lineKinds = ['charge', 'late-charge', 'refund', 'uncollected', 'pack-purchase', 'pack-refund'] as const;
const movementKinds = ['deposit', 'deposit-reversal', 'withdrawal', 'adjustment'] as const;
const breakageCauses = ['expired', 'returned', 'closed', 'reclaimed'] as const;

/** The events of a line, and where the first and the last of them is; `listBillEntries` has all of them. */
const ofEvents = {
  firstRevision: revision.optional().meta({ description: 'Of the first of them. Not in format 1.' }),
  lastRevision: revision.optional().meta({ description: 'Of the last of them. Not in format 1.' }),
  revisions: z.string().optional().meta({ description: 'In format 1 alone: all of them, such as `3-5 9`.' }),
} as const;

const events = z.int().meta({ description: 'How many events the line is made of.' });

const line = z.object({
  kind: z.enum(lineKinds),
  product: z.string().nullable().meta({ description: 'null: of a plain hold, or of a pack as a whole.' }),
  price: amount.nullable().meta({ description: 'Of one unit; null where units have no price of their own.' }),
  source: z.enum(['money', 'pack']),
  packId: z.string().nullable(),
  units: z.int().nullable(),
  events,
  amount: amount.meta({ description: 'Of units of a pack: what of its price became revenue.' }),
  charged: amount.meta({ description: 'What the line adds to the total; below zero for a refund.' }),
  ...ofEvents,
});

const movement = z.object({
  kind: z.enum(movementKinds),
  events,
  amount: amount.meta({ description: 'What available gained; below zero where it lost.' }),
  ...ofEvents,
});

const packBalance = z.object({
  remaining: z.int().meta({ description: 'Units that a freeze can take.' }),
  reserved: z.int().meta({ description: 'Units that open holds have.' }),
  consumed: z.int(),
  forfeited: z.int().meta({
    description: 'Units that were left when it expired or was closed with its account, or came back after that.',
  }),
  refunded: z.int(),
  liability: amount.meta({
    description:
      'What the platform owes the customer of the pack’s price: the part whose units are not used yet. It is owed in units.',
  }),
});

/** A pack that could be used, or that something happened to. */
const pack = z.object({
  packId: id,
  family: z.string(),
  units: z.int(),
  price: amount.meta({ description: 'Paid for all units.' }),
  boughtAt: time,
  expiresAt: time,
  opening: packBalance.nullable().meta({ description: 'null: it came later.' }),
  closing: packBalance,
});

const breakage = z.object({
  cause: z.enum(breakageCauses).meta({
    description:
      'How units became unused for good: left when the pack expired, brought back to it after that, or lost with the closed account; `reclaimed`, below zero: consumed by a late settle after all.',
  }),
  packId: id,
  units: z.int(),
  amount: amount.meta({ description: 'What of the price became breakage: no part of the total.' }),
  events,
  ...ofEvents,
});

/** What an event adds to one line of a bill. */
export const entry = z.object({
  revision: z.int().meta({ description: 'Of the event.' }),
  product: z.string().nullable(),
  kind: z.enum([...lineKinds, ...movementKinds, ...breakageCauses.map((cause) => `breakage-${cause}` as const)]),
  price: amount.nullable(),
  source: z.enum(['money', 'pack']).nullable(),
  packId: z.string().nullable(),
  units: z.int().nullable(),
  amount,
  charged: amount.meta({ description: 'What it adds to the total.' }),
});

export const content = {
  opening: balance,
  lines: z.array(line),
  movements: z.array(movement),
  closing: balance,
  packs: z.array(pack),
  breakage: z.array(breakage),
  total: amount.meta({ description: 'Exactly what was charged.' }),
  totalRounded: amount.meta({ description: 'To the cent, half up: for display.' }),
} as const;
