/** What is wrong with the environment: one line for every variable that cannot be used. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
