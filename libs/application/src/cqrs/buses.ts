import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import type { PriceBookSource } from '../ports/price-book-source.ts';
import { commandHandlers } from './command-handlers.ts';
import { queryHandlers, type QuerySources } from './query-handlers.ts';

/** A bus asks it only for handlers that are made for each request, and there is none. */
const noModule = undefined as unknown as ModuleRef;

/** The command bus of one process, with all handlers: the one way in for routes and for what happens without a route. */
export function openCommandBus(lanes: AccountLanes, priceBooks: PriceBookSource): CommandBus {
  const bus = new CommandBus(noModule);
  bus.register(commandHandlers.map((metatype) => wrapped(metatype, new metatype(lanes, priceBooks))));
  return bus;
}

/** The query bus of one process, with all handlers. */
export function openQueryBus(sources: QuerySources): QueryBus {
  const bus = new QueryBus(noModule);
  bus.register(queryHandlers.map((metatype) => wrapped(metatype, new metatype(sources))));
  return bus;
}

function wrapped<Handler>(metatype: Type<Handler>, instance: Handler): InstanceWrapper<Handler> {
  return new InstanceWrapper({ metatype, instance, isResolved: true });
}
