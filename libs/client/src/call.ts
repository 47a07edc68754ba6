import { problems } from '#contract';
import { type Answer, readAnswer } from './answer.ts';
import { HoldfastProblem, HoldfastUnreachable, type UnexpectedAnswer } from './errors.ts';
import { pause, pauseMs, retryAfterMs } from './pauses.ts';

/** What one call may take. */
export interface CallLimits {
  /** From its beginning to its answer, all tries and pauses together, in ms. */
  readonly timeoutMs: number;
  /** One try, in ms. */
  readonly tryTimeoutMs: number;
  /** Most repetitions after the first try. */
  readonly retriesMax: number;
}

export interface Call extends CallLimits {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; every try sends these very characters. */
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly fetch: typeof globalThis.fetch;
}

export interface Yes {
  readonly headers: Headers;
  readonly json: unknown;
}

/** A try that did not end with a yes. */
interface Failed {
  readonly error: HoldfastProblem | HoldfastUnreachable | UnexpectedAnswer;
  /** Whether the very same request may succeed later. */
  readonly passing: boolean;
  readonly askedMs: number;
}

/** Statuses by which proxies say that the service could not be asked now. */
const passingStatuses = [429, 500, 502, 503, 504];

/**
 * Asks until there is an answer that time will not change, or the deadline comes.
 *
 * A wait that would end after the deadline is not begun: the last failure is thrown at once.
 *
 * @throws HoldfastProblem, HoldfastUnreachable, UnexpectedAnswer; the signal's reason when it is aborted
 */
export async function call(request: Call): Promise<Yes> {
  const { signal, timeoutMs, tryTimeoutMs, retriesMax } = request;
  const deadline = performance.now() + timeoutMs;
  let lost = false;
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    const met = await attempt(request, Math.min(tryTimeoutMs, deadline - performance.now()));
    if ('json' in met) return met;
    lost ||= 'cause' in met;
    const failed = toFailure(met, tries, lost);
    const waitMs = pauseMs(tries, failed.askedMs, Math.random());
    const last = !failed.passing || tries > retriesMax || performance.now() + waitMs >= deadline;
    if (last) throw failed.error;
    await pause(waitMs, signal);
  }
}

type Lost = { readonly cause: unknown };

/** One try. What fetch throws means that no answer came; what it was given has been checked before. */
async function attempt({ url, signal, fetch, ...request }: Call, timeoutMs: number): Promise<Answer | Lost> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(signal?.reason);
  };
  const timer = setTimeout(() => {
    controller.abort(new Error(`no answer within ${timeoutMs.toFixed(0)} ms`));
  }, timeoutMs);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: request.headers,
      ...(request.body !== undefined && { body: request.body }),
      // A redirected POST may become a GET; the service never redirects.
      redirect: 'manual',
      signal: controller.signal,
    });
    return await readAnswer(response);
  } catch (cause) {
    signal?.throwIfAborted();
    return { cause };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function toFailure(met: Exclude<Answer, { kind: 'yes' }> | Lost, tries: number, lost: boolean): Failed {
  if ('cause' in met) return { error: new HoldfastUnreachable(tries, met.cause), passing: true, askedMs: 0 };
  const askedMs = retryAfterMs(met.headers.get('retry-after'), Date.now());
  if (met.kind === 'unexpected') {
    return { error: met.error, passing: passingStatuses.includes(met.error.status), askedMs };
  }
  return { error: new HoldfastProblem(met.problem, lost), passing: problems[met.problem.code].retry, askedMs };
}
