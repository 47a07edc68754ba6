import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createProblem, type ProblemCode, problemMediaType } from '#contract';

/** What the server does with one request. */
export type Step = (response: ServerResponse, seen: SeenRequest) => void;

export interface SeenRequest {
  readonly method: string;
  /** With its query, as it came over the wire. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real HTTP server that does what it is told, request by request; the last step serves all requests after it. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  connections = 0;
  readonly #steps: Step[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(steps: readonly Step[]) {
    this.#steps = [...steps];
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
    });
  }

  static async start(...steps: readonly Step[]): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(steps);
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
    this.seen.push(seen);
    const step = this.#steps.length > 1 ? this.#steps.shift() : this.#steps[0];
    step?.(response, seen);
  }
}

export function yes(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Step {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

export function no(
  code: ProblemCode,
  facts: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Step {
  const problem = createProblem(code, facts);
  return (response) => {
    response.writeHead(problem.status, { 'content-type': problemMediaType, ...headers });
    response.end(JSON.stringify(problem));
  };
}

export function text(status: number, contentType: string, body: string): Step {
  return (response) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  };
}

/** The connection breaks before an answer. */
export const hangUp: Step = (response) => {
  response.destroy();
};

/** The connection breaks in the middle of an answer. */
export const breakOff: Step = (response) => {
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"holdId":');
  setImmediate(() => response.destroy());
};

/** Nothing, for ever. */
export const silence: Step = () => undefined;
