import { type Route, type RouteAnswer, type RouteBody, type RouteName, type RouteQuery, routes } from '#contract';
import type { QueryValues } from './address.ts';
import type { CallOptions, Done, RouteCaller, Sent } from './route-caller.ts';

/*
 * Methods made from the catalogue of routes. What stands in a route's path comes first, one argument each, then its body
 * or its query, then the options of the call; all of them have the types that the contract says.
 */

/** The arguments for the parameters of a path, with the names that editors show. */
interface PathArgument {
  readonly accountId: [accountId: string];
  readonly holdId: [holdId: string];
  readonly depositId: [depositId: string];
  readonly orderId: [orderId: string];
  readonly paymentId: [paymentId: string];
  readonly packId: [packId: string];
  readonly priceBook: [priceBook: string];
  readonly name: [name: string];
  readonly date: [date: string];
  readonly month: [month: string];
  readonly keyId: [keyId: string];
  readonly webhookId: [webhookId: string];
}

/** Does not compile where a parameter has no argument. */
type PathArguments<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name extends keyof PathArgument
    ? [...PathArgument[Name], ...PathArguments<Rest>]
    : never
  : [];

type BodyArgument<Name extends RouteName> = RouteBody<Name> extends undefined ? [] : [body: RouteBody<Name>];

type QueryArgument<Name extends RouteName> = RouteQuery<Name> extends undefined ? [] : [query?: RouteQuery<Name>];

type MethodArguments<Name extends RouteName> = [
  ...PathArguments<(typeof routes)[Name]['path']>,
  ...BodyArgument<Name>,
  ...QueryArgument<Name>,
  options?: CallOptions,
];

/** A method before it is known whom it asks. */
export type Unbound<Method> = (caller: RouteCaller) => Method;

type ValueMethod<Name extends RouteName> = (...args: MethodArguments<Name>) => Promise<RouteAnswer<Name>>;
type DoneMethod<Name extends RouteName> = (...args: MethodArguments<Name>) => Promise<Done<RouteAnswer<Name>>>;

/** The method of a route that is asked for its answer alone: a read, or a command that says nothing of repetitions. */
export function callForValue<Name extends RouteName>(name: Name): Unbound<ValueMethod<Name>> {
  return (caller) =>
    (...args) => {
      const { sent, options } = readArguments(name, args);
      return caller.read(name, sent, options);
    };
}

/** The method of a command, whose answer says whether it had been carried out before. */
export function command<Name extends RouteName>(name: Name): Unbound<DoneMethod<Name>> {
  return (caller) =>
    (...args) => {
      const { sent, options } = readArguments(name, args);
      return caller.command(name, sent, options);
    };
}

/** The method of a command that must not be repeated: it is tried once, whatever happens. */
export function once<Name extends RouteName>(name: Name): Unbound<ValueMethod<Name>> {
  return (caller) =>
    (...args) => {
      const { sent, options } = readArguments(name, args);
      return caller.read(name, sent, { ...options, retriesMax: 0 });
    };
}

function readArguments(name: RouteName, args: readonly unknown[]): { sent: Sent; options: CallOptions | undefined } {
  const { path, body, query }: Route = routes[name];
  const rest = [...args];
  const parameters: Record<string, string> = {};
  for (const [, parameter = ''] of path.matchAll(/\{(\w+)\}/g)) parameters[parameter] = rest.shift() as string;
  const sent: Sent = {
    parameters,
    ...(body !== undefined && { body: rest.shift() }),
    ...(query !== undefined && { query: rest.shift() as QueryValues }),
  };
  return { sent, options: rest.shift() as CallOptions | undefined };
}

type Definitions = Readonly<Record<string, Unbound<unknown>>>;

/** The methods of a group; they keep the comments of their definitions. */
export type Bound<Group extends Definitions> = {
  readonly [Name in keyof Group]: Group[Name] extends Unbound<infer Method> ? Method : never;
};

/** Binds every method of a group to whom it asks. */
export function bind<Group extends Definitions>(caller: RouteCaller, group: Group): Bound<Group> {
  const bound = Object.entries(group).map(([name, method]) => [name, method(caller)] as const);
  return Object.fromEntries(bound) as Bound<Group>;
}
