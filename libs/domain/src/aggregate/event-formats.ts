import { hash } from 'node:crypto';
import { type Check, shapeText } from '../kernel/codec.ts';
import { paymentClaimedType, paymentClaimShape } from '../payments/claims.ts';
import { unmatchedShapes } from '../payments/events.ts';
import { accountEventTypes, events } from './events.ts';

const digits = 8;

/**
 * A short name of formats: the same wherever and whenever it is worked out, another one as soon as anything differs.
 *
 * @returns the first 32 bits of their SHA-256, as 8 hex digits.
 */
export function fingerprint(formats: readonly string[]): string {
  return hash('sha256', formats.join('\n'), 'hex').slice(0, digits);
}

const shapes: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  ...Object.fromEntries(accountEventTypes.map((type) => [type, events[type].codec])),
  ...unmatchedShapes,
  [paymentClaimedType]: paymentClaimShape,
};

/**
 * The formats of the events that this build writes, as a fingerprint of every type and what each of its fields must be. Until
 * 1.0 they change without a migration, and a ledger is read by a build with the same ones only.
 */
export const eventFormats = fingerprint(
  Object.entries(shapes)
    .map(([type, shape]) => `${type} ${shapeText(shape)}`)
    .sort(),
);
