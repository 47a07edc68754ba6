/** An answer of the service as it came. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Byte for byte. */
  readonly text: string;
}

/** Somebody with an API key, who calls over HTTP. */
export class Caller {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  get(path: string): Promise<Reply> {
    return this.#send('GET', path);
  }

  post(path: string, body: object): Promise<Reply> {
    return this.#send('POST', path, JSON.stringify(body));
  }

  delete(path: string): Promise<Reply> {
    return this.#send('DELETE', path);
  }

  /** Like {@link post}, for what must go well. @throws Error with the answer if it does not. */
  async done(path: string, body: object): Promise<Reply> {
    const reply = await this.post(path, body);
    if (reply.status >= 300) throw new Error(`${path} was answered ${String(reply.status)} ${reply.text}`);
    return reply;
  }

  /** The answer to a read that must go well, as an object. @throws Error with the answer if it does not. */
  async read<Answer>(path: string): Promise<Answer> {
    const reply = await this.get(path);
    if (reply.status !== 200) throw new Error(`${path} was answered ${String(reply.status)} ${reply.text}`);
    return JSON.parse(reply.text) as Answer;
  }

  async #send(method: string, path: string, body: string | null = null): Promise<Reply> {
    const headers = {
      authorization: `Bearer ${this.#key}`,
      ...(body !== null && { 'content-type': 'application/json' }),
    };
    const response = await fetch(`${this.#url}${path}`, { method, headers, body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}

/** `status code`, or the status alone if it went well. */
export function readOutcome({ status, text }: Reply): string {
  if (status < 300) return String(status);
  const { code } = JSON.parse(text) as { code: string };
  return `${String(status)} ${code}`;
}
