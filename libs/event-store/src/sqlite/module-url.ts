/** This file runs from the source tree, not from a build. */
export const isSource = import.meta.url.endsWith('.ts');

/** URL of a module of this folder that is loaded by its address: `.ts` in the source tree, `.js` once built. */
export function moduleUrl(name: string): URL {
  return new URL(`./${name}.${isSource ? 'ts' : 'js'}`, import.meta.url);
}
