/**
 * How much one process lets clients use of it before and while they are served, by name; see docs/configuration.md. Each
 * is a whole number of at least 1.
 */
export const httpLimitsDefault = {
  /** Connections that are open at once. The system's limit of open files lowers it. */
  openConnections: 10_000,
  /** Of these, connections that have not carried a request with a valid key yet. */
  connectionsWithoutKey: 5_000,
  /** Of these, connections from one address. Behind a proxy all clients have one address. */
  connectionsWithoutKeyPerAddress: 5_000,
  /** Requests that were sent ahead and wait in memory for the answer to the one before them, on all connections. */
  requestsWaiting: 16_384,
  /** How long the head of a request may take, in s. */
  headSeconds: 10,
  /** How long the body of a request may take, in s. */
  bodySeconds: 30,
  /** Least rate at which a body arrives once it has taken longer than this, in bytes/s and s. */
  bodyBytesPerSecond: 1_024,
  bodyGraceSeconds: 5,
  /** Bodies that have begun and are not there yet, of requests with a valid key. */
  unfinishedBodies: 4_096,
  /** The same of batches, each of which may be large. */
  unfinishedBatches: 16,
  /** The same of requests that need no key, such as the notices of payment channels. */
  unfinishedWithoutKey: 64,
  /** Requests with a key that are worked on at once: what one core answers in a tenth of a second. */
  requestsInWork: 1_024,
  /** Batches that are worked on at once. */
  batchesInWork: 4,
  /** Requests without a key that are worked on at once. */
  requestsWithoutKeyInWork: 64,
  /** How long a client may read nothing of its answer, in s. */
  answerSeconds: 30,
  /** Least rate at which an answer is read on the whole, in bytes/s. */
  answerBytesPerSecond: 1_024,
  /** Bytes of answers that clients have not read yet, in all. */
  answerBytes: 128 * 1_024 * 1_024,
  /** Of these, bytes of answers that were given without a key. */
  answerBytesWithoutKey: 16 * 1_024 * 1_024,
  /** How long a connection is kept on which nothing happens, in s: longer than load balancers keep theirs. */
  idleSeconds: 75,
  /** How long what a client still sends is thrown away after it was answered, so that it can read the answer, in s. */
  drainSeconds: 5,
  /** How many bytes of it. */
  drainBytes: 16 * 1_024 * 1_024,
} as const;

export type HttpLimits = Readonly<Record<keyof typeof httpLimitsDefault, number>>;

const names = Object.keys(httpLimitsDefault);

/** What is wrong with a text such as `openConnections=2000,bodySeconds=10`; undefined if nothing is. */
export function validateHttpLimits(text: string): string | undefined {
  const seen = new Set<string>();
  for (const part of text.split(',')) {
    const [, name = '', number = ''] = /^\s*(\w+)=(\d{1,12})\s*$/.exec(part) ?? [];
    if (!names.includes(name)) return `is a list such as openConnections=2000,bodySeconds=10 of ${names.join(', ')}`;
    if (seen.has(name)) return `has ${name} twice`;
    if (Number(number) < 1) return `has ${name} below 1`;
    seen.add(name);
  }
  return undefined;
}

/** @param text without a error. */
export function readHttpLimits(text: string | undefined): HttpLimits {
  const set = (text ?? '').split(',').flatMap((part) => {
    const [name = '', number] = part.trim().split('=');
    return number === undefined ? [] : [[name, Number(number)] as const];
  });
  return { ...httpLimitsDefault, ...Object.fromEntries(set) };
}
