import { mistypedVariables } from './config.ts';
import { keepFilesPrivate } from './file-modes.ts';
import type { Environment } from './secrets.ts';

/**
 * Begins a program that is a command line: what it makes is for its owner only, and a mistyped variable, of which it would
 * not see what was meant, ends it with 2.
 */
export function beginCommandLine(variables: Environment): void {
  keepFilesPrivate();
  const errors = mistypedVariables(variables);
  if (errors.length === 0) return;
  process.stderr.write(`The configuration cannot be used:\n${errors.join('\n')}\n`);
  process.exit(2);
}
