/**
 * What callers ask of an account, by kind: each topic adds its own in its `commands.ts`. A field that was not given is `null`; amounts are parsed, so equal amounts are equal
 * whatever their text was. Who asks, and when, is in the {@link DecisionContext}, not here: it is not part of what is
 * compared when the same id comes again.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the topics fill it
export interface Commands {}

export type CommandKind = keyof Commands;

export type Command = Commands[CommandKind];
