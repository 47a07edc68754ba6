import type * as KurrentDb from '@kurrent/kurrentdb-client';

export type Client = KurrentDb.KurrentDBClient;

/** What the client has and does not offer to its users. */
interface Inside {
  /** Asks the server what it can do, once per connection. */
  readonly capabilities?: Promise<unknown>;
  readonly getChannel?: () => Promise<{ close(): void }>;
}

/** Makes clients of one server or cluster. */
export interface ClientSource {
  readonly kurrent: typeof KurrentDb;
  readonly connect: () => Client;
}

/** Loads the client with its native part only now: who keeps the ledger in SQLite never does. */
export async function clientSource(url: string): Promise<ClientSource> {
  checkConnectionString(url);
  const kurrent = await import('@kurrent/kurrentdb-client');
  return { kurrent, connect: () => kurrent.KurrentDBClient.connectionString(url) };
}

/** Refuses the one setting that makes the client lie: without the exception, any conflict reads as revision 1. */
function checkConnectionString(url: string): void {
  const settings = (url.split('?')[1] ?? '').split('&').map((setting) => setting.toLowerCase().replaceAll(/[_-]/g, ''));
  if (settings.some((setting) => /^throwonappendfailure=(?!true)/.test(setting))) {
    throw new Error('KurrentDB: throwOnAppendFailure must not be switched off');
  }
}

/** Resolves when the server has answered on the client's connection for appends. */
export async function probe(client: Client): Promise<void> {
  await (client as unknown as Inside).capabilities;
}

/** Ends a client's streams. Never rejects and is not worth waiting for: it waits for the server. */
export function release(client: Client): void {
  void client.dispose().catch(() => undefined);
}

/**
 * Ends a client's streams and its connection, which would stay open for half an hour. Only for a client whose connection
 * stands: another would look for a server first.
 */
export function disconnect(client: Client): void {
  release(client);
  void (client as unknown as Inside).getChannel?.().then(
    (channel) => {
      channel.close();
    },
    () => undefined,
  );
}
