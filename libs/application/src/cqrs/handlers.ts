import { commandHandlers } from './command-handlers.ts';
import { queryHandlers } from './query-handlers.ts';

/** The providers of a Nest module with `CqrsModule`: whoever asks its buses is answered. */
export const handlers = [...commandHandlers, ...queryHandlers];
