import type * as KurrentDb from '@kurrent/kurrentdb-client';
import { checkConnectionString, ConnectionStringError } from './connection-string.ts';

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

/**
 * Loads the client with its native part only now: who keeps the ledger in SQLite never does.
 *
 * @throws ConnectionStringError here or when a client is made.
 */
export async function clientSource(url: string): Promise<ClientSource> {
  checkConnectionString(url);
  const kurrent = await import('@kurrent/kurrentdb-client');
  const connect = (): Client => {
    try {
      return kurrent.KurrentDBClient.connectionString(url);
    } catch {
      // The client's own error quotes the string.
      throw new ConnectionStringError(
        'KurrentDB: the connection string, or a certificate that it names, cannot be read',
      );
    }
  };
  return { kurrent, connect };
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
