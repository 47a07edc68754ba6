import { isReason } from '../kernel/validation.ts';
import { type Refusal, refuse } from './refusal.ts';

/** The refusal of a command for a field of it that is outside its bounds. */
export function invalid(field: string, facts?: Refusal['facts']): Refusal {
  return refuse('invalid_request', field, facts);
}

export function invalidAmount(field: string): Refusal {
  return refuse('invalid_amount', field);
}

export function validateReason(reason: string): Refusal | undefined {
  return isReason(reason) ? undefined : invalid('reason');
}
