import { isProblemCode, type Problem, problemMediaType, readJson } from '#contract';
import { UnexpectedAnswer } from './errors.ts';

/** Most bytes of an answer, decompressed; the largest is that of a full batch. */
export const answerBytesMax = 32 * 1024 * 1024;

/** What came back: a yes with its JSON, a no with its problem, or something that the service does not send. */
export type Answer = { readonly headers: Headers } & (
  | { readonly kind: 'yes'; readonly json: unknown }
  | { readonly kind: 'no'; readonly problem: Problem }
  | { readonly kind: 'unexpected'; readonly error: UnexpectedAnswer }
);

/** Reads an answer to its end, so that its connection can be used again. */
export async function readAnswer(response: Response): Promise<Answer> {
  const { headers, status } = response;
  const unexpected = (why: string): Answer => ({
    headers,
    kind: 'unexpected',
    error: new UnexpectedAnswer(status, why),
  });
  const text = await readText(response);
  if (text === undefined) return unexpected(`more than ${String(answerBytesMax)} bytes`);
  const mediaType = (headers.get('content-type') ?? '').split(';', 1).join('').trim().toLowerCase();
  const expected = response.ok ? 'application/json' : problemMediaType;
  if (mediaType !== expected)
    return unexpected(`expected ${expected}, got ${mediaType === '' ? 'no type' : mediaType}`);
  const json = readJson(text);
  if (!json.ok) return unexpected(`the body is no JSON: ${json.error.detail}`);
  if (response.ok) return { headers, kind: 'yes', json: json.value };
  if (!isProblem(json.value)) return unexpected('a problem of a kind that this client does not know');
  return { headers, kind: 'no', problem: json.value };
}

/** Undefined if it is too long; the rest is not read then. */
async function readText({ body }: Response): Promise<string | undefined> {
  if (body === null) return '';
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let bytes = 0;
  // Breaking off the loop cancels the stream, and closes the connection if there is more to come.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { code, status, detail } = value as Record<string, unknown>;
  return typeof code === 'string' && isProblemCode(code) && typeof status === 'number' && typeof detail === 'string';
}
