const sentences: readonly (readonly [code: string, sentence: string])[] = [
  ['WRONGPASS', 'Redis refuses the user or the password in REDIS_URL (WRONGPASS)'],
  ['NOAUTH', 'Redis wants a password, and REDIS_URL has none (NOAUTH)'],
];

/** Why a Redis that is there will not serve this process until somebody changes its settings; undefined of other troubles. */
export function readRefusal(error: unknown): string | undefined {
  const { message } = error as Error;
  return sentences.find(([code]) => message.startsWith(code))?.[1];
}
