import { Agent, request as ask } from 'node:http';

/** Connections of a gateway to its ledger. */
const connections = 4;

/** A gateway of another tenant, which goes on freezing one call's fee after the other. */
export class Neighbour {
  readonly #port: number;
  readonly #key: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: connections });
  #holds = 0;
  #run: Promise<readonly number[]> | undefined;

  constructor(port: number, key: string) {
    this.#port = port;
    this.#key = key;
  }

  /** Statuses of all freezes that were answered while something was done, and of at least so many after it was done. */
  async during(work: () => Promise<void>, atLeast = 40): Promise<ReadonlySet<number>> {
    const statuses: number[] = [];
    let meanwhile = Infinity;
    const until = (): boolean => statuses.length >= meanwhile + atLeast;
    this.#run = Promise.all(Array.from({ length: connections }, () => this.#freezeUntil(until, statuses))).then(
      () => statuses,
    );
    try {
      await work();
    } finally {
      meanwhile = statuses.length;
    }
    return new Set(await this.#run);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #freezeUntil(isOver: () => boolean, statuses: number[]): Promise<void> {
    while (!isOver()) statuses.push(await this.#freeze());
  }

  #freeze(): Promise<number> {
    this.#holds += 1;
    const body = JSON.stringify({ holdId: `h${String(this.#holds)}`, amount: '1' });
    return new Promise((resolve, reject) => {
      const asking = ask(
        {
          agent: this.#agent,
          host: '127.0.0.1',
          port: this.#port,
          path: '/v1/accounts/neighbour/holds',
          method: 'POST',
          headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
        },
        (answer) => {
          answer.resume();
          answer.once('end', () => {
            resolve(answer.statusCode ?? 0);
          });
        },
      );
      asking.once('error', reject);
      asking.end(body);
    });
  }
}
