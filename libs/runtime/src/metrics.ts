import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Upper bounds of the duration buckets, in seconds. */
const durationBuckets = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What one process counts, in Prometheus' text format. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #durations = new Map<string, { observe: (seconds: number) => void }>();
  readonly #requests: Histogram<'route'>;
  readonly #problems: Counter<'code'>;
  #text: Promise<string> | undefined;
  #staleAt = 0;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'holdfast_request_seconds',
      help: 'Duration of requests in seconds, by route.',
      labelNames: ['route'],
      buckets: durationBuckets,
      registers: [this.#registry],
    });
    this.#problems = new Counter({
      name: 'holdfast_problems_total',
      help: 'Problem responses, by code.',
      labelNames: ['code'],
      registers: [this.#registry],
    });
  }

  /** @param route method and route pattern: a bounded set. */
  answered(route: string, seconds: number): void {
    let duration = this.#durations.get(route);
    if (duration === undefined) {
      duration = this.#requests.labels(route);
      this.#durations.set(route, duration);
    }
    duration.observe(seconds);
  }

  problem(code: string): void {
    this.#problems.inc({ code });
  }

  /** A figure that is asked for when the metrics are read. One that cannot be told is no number, and hides no other. */
  gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => {
        gauge.set(readOr(read, Number.NaN));
      },
    });
  }

  /** A number that only grows while the process runs, asked for when the metrics are read. @param name ends in `_total`. */
  counter(name: string, help: string, read: () => number): void {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [this.#registry],
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /**
   * All of it. Anybody may ask as often as they like, so a text is given again until ten times as long has passed as it took
   * to make: metrics take a tenth of the processor at most.
   */
  text(): Promise<string> {
    const now = performance.now();
    if (this.#text === undefined || now >= this.#staleAt) {
      this.#staleAt = Number.POSITIVE_INFINITY;
      this.#text = this.#registry.metrics().finally(() => {
        const took = performance.now() - now;
        this.#staleAt = now + took * 10;
      });
    }
    return this.#text;
  }
}

function readOr(read: () => number, otherwise: number): number {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
