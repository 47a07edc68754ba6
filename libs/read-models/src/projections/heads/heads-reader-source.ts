/**
 * Where a thread gets a reader of the heads of all streams from: a module and its options, as texts that can be sent.
 *
 * @param file a read model file.
 */
export function headsReader(file: string): { readonly module: string; readonly options: { readonly file: string } } {
  const name = import.meta.url.endsWith('.ts') ? './open-heads-reader.ts' : './open-heads-reader.js';
  return { module: new URL(name, import.meta.url).href, options: { file } };
}
