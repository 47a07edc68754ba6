import { accountCommands } from '../account/command-definitions.ts';
import { balanceCommands } from '../balance/command-definitions.ts';
import { billingCommands } from '../billing/command-definitions.ts';
import { budgetCommands } from '../budgets/command-definitions.ts';
import type { CommandDefinition, CommandDefinitions } from '../core/command-definition.ts';
import type { Command, CommandKind } from '../core/commands.ts';
import type { Refusal } from '../core/refusal.ts';
import { correctionCommands } from '../corrections/command-definitions.ts';
import { holdCommands } from '../holds/command-definitions.ts';
import { orderCommands } from '../orders/command-definitions.ts';
import { packCommands } from '../packs/command-definitions.ts';
import { termsCommands } from '../terms/command-definitions.ts';

/** Only the sweep that comes before every decision. */
export interface ExpireDue {
  readonly kind: 'expire-due';
}

declare module '../core/commands.ts' {
  interface Commands {
    'expire-due': ExpireDue;
  }
}

/** Every command that there is: one that no topic defines does not compile. */
export const commands: CommandDefinitions = {
  ...accountCommands,
  ...balanceCommands,
  ...termsCommands,
  ...budgetCommands,
  ...packCommands,
  ...holdCommands,
  ...correctionCommands,
  ...orderCommands,
  ...billingCommands,
  'expire-due': { validate: () => undefined, decide: () => ({ kind: 'accepted', events: [] }) },
};

/** The definition of the kind of a command at hand: what it takes is that command. */
export function findCommandDefinition(kind: CommandKind): CommandDefinition<CommandKind> {
  return commands[kind] as CommandDefinition<CommandKind>;
}

/**
 * The first field of a command that is outside its bounds, in the order of the request's fields: `invalid_amount` for an
 * amount, else `invalid_request`. Undefined if the command is well formed.
 *
 * The routes check too, but not every command comes by a route, and an event that cannot be read back would put its
 * account out of service for good. It is asked of every command: a field that was left out costs one comparison.
 */
export function validateCommand(command: Command): Refusal | undefined {
  return findCommandDefinition(command.kind).validate(command);
}
