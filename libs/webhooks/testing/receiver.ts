import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the body says. */
  readonly event: CloudEvent;
}

export interface CloudEvent {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly sequence: string;
  readonly datacontenttype: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The status to answer with; or what to do with the answer, if the test wants to send it itself. */
export type Answering = (received: Received, response: ServerResponse) => number | undefined;

/** A real receiver of webhooks on a port of its own. */
export class Receiver {
  readonly received: Received[] = [];
  answer: Answering = () => 204;
  /** Requests under way, and the most that there were at once: of all, and of one account. */
  underWay = 0;
  mostAtOnce = 0;
  mostOfOneAccount = 0;
  readonly #server: Server;
  readonly #ofAccount = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      void receiver.#take(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}/hooks`;
  }

  /** `account sequence` of all that was answered or not, in the order of arrival. */
  get order(): readonly string[] {
    return this.received.map(({ event }) => locate(event));
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close').catch(() => undefined);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const event = JSON.parse(body) as CloudEvent;
    const received = { path: request.url ?? '', headers: request.headers, body, event };
    this.received.push(received);
    const ofAccount = (this.#ofAccount.get(event.subject) ?? 0) + 1;
    this.#ofAccount.set(event.subject, ofAccount);
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    this.mostOfOneAccount = Math.max(this.mostOfOneAccount, ofAccount);
    response.once('close', () => {
      this.underWay -= 1;
      this.#ofAccount.set(event.subject, (this.#ofAccount.get(event.subject) ?? 0) - 1);
    });
    const status = this.answer(received, response);
    if (status !== undefined) response.writeHead(status).end();
  }
}

/** `account revision`. */
export function locate({ subject, sequence }: CloudEvent): string {
  return `${subject} ${String(Number(sequence))}`;
}
