import type { TypedEvent } from '../core/events.ts';
import type { Violation } from '../core/violation.ts';
import type { SuspensionCause } from './events.ts';

/** What is wrong with a change of status: an operator adds and lifts the operator's cause, and never that of arrears. */
export function checkSuspension(
  before: readonly SuspensionCause[],
  { type, data }: TypedEvent<'account-suspended.v1'> | TypedEvent<'account-resumed.v1'>,
): Violation | undefined {
  const others = before.filter((cause) => cause !== 'operator');
  const expected = type === 'account-suspended.v1' ? ['operator', ...others] : others;
  const causes = (list: readonly string[]): string => (list.length === 0 ? 'nothing' : [...list].sort().join(' and '));
  if (causes(expected) === causes(data.suspendedFor)) return undefined;
  const detail = `it is suspended for ${causes(data.suspendedFor)}, and should be for ${causes(expected)}`;
  return { kind: 'suspension-wrong', detail };
}
