/** Something did not answer in time; whether it still will is not known. */
export class TimeLimit extends Error {
  override readonly name = 'TimeLimit';
}

/** What `work` comes to, or a {@link TimeLimit} after so many ms. Work that fails later fails unheard. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimeLimit(`no answer in ${String(limitMs)} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
