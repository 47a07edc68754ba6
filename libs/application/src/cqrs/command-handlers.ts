import type { Type } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import { eventStoreErrorCode } from '../ports/event-store.ts';
import type { PriceBookSource } from '../ports/price-book-source.ts';
import { type Answer, unavailable } from '../request.ts';
import { type AccountCommand, accountCommands, ChangeTerms, OpenAccount, RunLinkedGroup } from './commands.ts';

/** Hands a command to its account's lane, which decides, appends and answers. */
class AccountCommandHandler implements ICommandHandler<AccountCommand> {
  protected readonly lanes: AccountLanes;
  protected readonly priceBooks: PriceBookSource;

  constructor(lanes: AccountLanes, priceBooks: PriceBookSource) {
    this.lanes = lanes;
    this.priceBooks = priceBooks;
  }

  execute({ accountId, request }: AccountCommand): Promise<Answer> {
    return this.lanes.run(accountId, request);
  }
}

/** Where a price book may be named: its newest version may have been published by another process a moment ago. */
class PricedCommandHandler extends AccountCommandHandler {
  override async execute(command: OpenAccount | ChangeTerms): Promise<Answer> {
    if (!namesBook(command)) return super.execute(command);
    try {
      await this.priceBooks.refresh();
    } catch (error) {
      if (eventStoreErrorCode(error) === undefined) throw error;
      return unavailable('store_unavailable');
    }
    return super.execute(command);
  }
}

function namesBook({ request: { command } }: OpenAccount | ChangeTerms): boolean {
  return command.kind === 'open-account' ? command.priceBook !== null : typeof command.asked.priceBook === 'string';
}

@CommandHandler(OpenAccount)
class OpenAccountHandler extends PricedCommandHandler {}

@CommandHandler(ChangeTerms)
class ChangeTermsHandler extends PricedCommandHandler {}

/** The handlers of all other commands differ in nothing but their names: `FreezeFundsHandler` and so on. */
function createHandler(command: Type<AccountCommand>): Type<AccountCommandHandler> {
  class Handler extends AccountCommandHandler {}
  Object.defineProperty(Handler, 'name', { value: `${command.name}Handler` });
  CommandHandler(command)(Handler);
  return Handler;
}

@CommandHandler(RunLinkedGroup)
class RunLinkedGroupHandler implements ICommandHandler<RunLinkedGroup> {
  readonly #lanes: AccountLanes;

  constructor(lanes: AccountLanes) {
    this.#lanes = lanes;
  }

  execute({ accountId, requests }: RunLinkedGroup): Promise<readonly Answer[]> {
    return this.#lanes.runLinked(accountId, requests);
  }
}

const own: readonly unknown[] = [OpenAccount, ChangeTerms];
const alike = Object.values<Type<AccountCommand>>(accountCommands).filter((command) => !own.includes(command));

export const commandHandlers: readonly Type<ICommandHandler>[] = [
  OpenAccountHandler,
  ChangeTermsHandler,
  ...alike.map(createHandler),
  RunLinkedGroupHandler,
];
