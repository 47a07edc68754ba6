import type { ModuleRef } from '@nestjs/core';
import { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { CommandBus } from '@nestjs/cqrs';
import type { AccountLanes } from '../lanes/account-lanes.ts';
import type { PriceBookSource } from '../ports/price-book-source.ts';
import { commandHandlers } from './command-handlers.ts';

/**
 * The command bus of one process, with all handlers: for what happens without a route, in a process that may have no
 * Nest application at all. What comes in over HTTP goes through the bus of the Nest module, with the same handlers.
 */
export class AccountCommandBus extends CommandBus {
  constructor(lanes: AccountLanes, priceBooks: PriceBookSource) {
    // It is asked only for handlers that are made for each request, and there is none.
    super(undefined as unknown as ModuleRef);
    const wrappers = commandHandlers.map((metatype) => {
      const instance = new metatype(lanes, priceBooks);
      return new InstanceWrapper({ metatype, instance, isResolved: true });
    });
    this.register(wrappers);
  }
}
