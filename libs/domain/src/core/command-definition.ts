import type { CommandKind, Commands } from './commands.ts';
import type { Decision, DecisionContext } from './decision.ts';
import type { Refusal } from './refusal.ts';
import type { AccountState } from './state.ts';

/** What becomes of a command. */
export interface CommandDefinition<Kind extends CommandKind> {
  /**
   * The first field that is outside its bounds, in the order of the request's fields; undefined if the command is well
   * formed. Takes anything: a caller need not have been compiled together with the domain model.
   */
  readonly validate: (command: Commands[Kind]) => Refusal | undefined;
  /** Decides on a well-formed command of an account that exists, and changes nothing. */
  readonly decide: (state: AccountState, command: Commands[Kind], context: DecisionContext) => Decision;
}

export type CommandDefinitions = { readonly [Kind in CommandKind]: CommandDefinition<Kind> };

/** The definitions of a topic's commands. */
export function defineCommands<Kind extends CommandKind>(
  definitions: Pick<CommandDefinitions, Kind>,
): Pick<CommandDefinitions, Kind> {
  return definitions;
}
