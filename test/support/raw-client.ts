import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that sends what it likes and reads when it likes. */
export class RawClient {
  readonly socket: Socket;
  /** All that was read. */
  text = '';
  isClosed = false;
  error: Error | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => {
      this.text += piece;
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.once('close', () => {
      this.isClosed = true;
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** As {@link connect}, but reads nothing until told to. */
  static async deaf(port: number): Promise<RawClient> {
    const client = await RawClient.connect(port);
    client.socket.pause();
    return client;
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** Statuses of all answers so far, in order; those in bodies do not count. */
  get statuses(): readonly number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  leave(): void {
    this.socket.destroy();
  }
}

export interface RawRequest {
  readonly key?: string;
  readonly body?: string;
  /** What is said of the body's length, whatever is sent. */
  readonly length?: number;
  readonly headers?: readonly string[];
}

/** A request as it goes over the wire. */
export function requestText(
  method: string,
  path: string,
  { key, body, length, headers = [] }: RawRequest = {},
): string {
  const said = length ?? (body === undefined ? undefined : Buffer.byteLength(body));
  return [
    `${method} ${path} HTTP/1.1`,
    'host: ledger',
    ...(key === undefined ? [] : [`authorization: Bearer ${key}`]),
    ...(said === undefined ? [] : ['content-type: application/json', `content-length: ${String(said)}`]),
    ...headers,
    '',
    body ?? '',
  ].join('\r\n');
}
