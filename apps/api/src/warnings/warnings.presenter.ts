import { timeText } from '#application';
import type { WarningRow } from '#application/ports';

interface WarningAnswer {
  /** Where it stands in the account's history. */
  readonly revision: number;
  readonly at: string;
}

export function warningAnswer({ revision, raised }: WarningRow): WarningAnswer {
  const answer = { revision, ...raised, at: timeText(raised.at) };
  return answer;
}
