import { defineCommands } from '../core/command-definition.ts';
import { invalid, reasonFault } from '../core/invalid.ts';
import type { Refusal } from '../core/refusal.ts';
import { isId } from '../kernel/validation.ts';
import { decideTerms } from './change.ts';
import type { ChangeTerms } from './commands.ts';
import { termsFault } from './validate.ts';

export const termsCommands = defineCommands({
  'change-terms': { validate: changeFault, decide: decideTerms },
});

function changeFault(command: ChangeTerms): Refusal | undefined {
  if (!isId(command.changeId)) return invalid('changeId');
  return termsFault(command) ?? reasonFault(command.reason);
}
