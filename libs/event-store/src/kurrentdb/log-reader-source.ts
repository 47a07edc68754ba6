import type { LogReaderSource } from '../log-reader-source.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** How to follow the log of a store on KurrentDB from any thread. */
export function kurrentDbLogReader(url: string, streamPrefix: string): LogReaderSource {
  return { module: new URL(`./open-log-reader.${extension}`, import.meta.url).href, options: { url, streamPrefix } };
}
