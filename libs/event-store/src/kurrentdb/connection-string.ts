/** A connection string cannot be used. Says why without quoting it: it carries credentials. */
export class ConnectionStringError extends Error {
  override readonly name = 'ConnectionStringError';
}

/** The settings that the client knows, in lower case without `_` and `-`. */
const knownSettings: ReadonlySet<string> = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'dnsdiscover',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'throwonappendfailure',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
]);

/**
 * Refuses the one setting that makes the client lie: without the exception, any conflict reads as revision 1. And what
 * would bring credentials to light: settings that the client does not know, since it warns of them with the whole string,
 * and a bare `@` in a password, which makes a host of its rest.
 *
 * @throws ConnectionStringError.
 */
export function checkConnectionString(url: string): void {
  const [server = '', ...rest] = url.split('?');
  if (/@.*@/.test(server)) throw new ConnectionStringError('KurrentDB: an @ in a user name or password is written %40');
  for (const setting of rest.flatMap((settings) => settings.split('&'))) {
    const [name = '', value = ''] = setting.toLowerCase().trim().split('=');
    const key = name.replaceAll(/[_-]/g, '');
    if (!knownSettings.has(key)) {
      throw new ConnectionStringError('KurrentDB: the connection string has a setting that is not known');
    }
    if (key === 'throwonappendfailure' && value !== 'true') {
      throw new ConnectionStringError('KurrentDB: throwOnAppendFailure must not be switched off');
    }
  }
}
