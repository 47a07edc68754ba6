import { defineCommands } from '../core/command-definition.ts';
import { invalid, validateReason } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { isId } from '../kernel/validation.ts';
import { decideTerms } from './change.ts';
import type { ChangeTerms } from './commands.ts';
import { validateTerms } from './validate.ts';

export const termsCommands = defineCommands({
  'change-terms': { validate: validateChange, decide: decideTerms },
});

function validateChange(command: ChangeTerms): Refusal | undefined {
  if (!isId(command.changeId)) return invalid('changeId');
  return validateTerms(command) ?? validateReason(command.reason);
}
