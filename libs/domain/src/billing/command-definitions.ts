import { defineCommands } from '../core/command-definition.ts';
import { invalid } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { bounds } from '../kernel/bounds.ts';
import { isDate } from '../kernel/calendar.ts';
import { isHash, isRevision, isText } from '../kernel/validation.ts';
import type { IssueBill } from './commands.ts';
import { decideIssueBill } from './issue.ts';

export const billingCommands = defineCommands({
  'issue-bill': { validate: validateBill, decide: decideIssueBill },
});

function validateBill({ date, lastRevision, chainHash }: IssueBill): Refusal | undefined {
  if (!isText(date, bounds.dateCharactersMax) || !isDate(date)) return invalid('date');
  if (!isRevision(lastRevision)) return invalid('lastRevision');
  return isHash(chainHash) ? undefined : invalid('chainHash');
}
