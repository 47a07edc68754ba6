import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';
import { allowWideModes, findWideMode } from './file-modes.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A secret: what the variable says, or what is in the file that `<name>_FILE` names. An empty variable counts as not set.
 *
 * @throws ConfigError if both are set, or the file cannot be read, or can be by others and nothing allows that.
 */
export function readSecret(variables: Environment, name: string): string | undefined {
  const said = variables[name] === '' ? undefined : variables[name];
  const file = variables[`${name}_FILE`];
  if (file === undefined || file === '') return said;
  if (said !== undefined) throw new ConfigError(`${name} and ${name}_FILE exclude each other`);
  const wide = variables[allowWideModes] === 'true' ? undefined : findWideMode(file);
  if (wide !== undefined) throw new ConfigError(`${name}_FILE: ${wide}`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`${name}_FILE cannot be read: ${(error as Error).message}`);
  }
}
