import { createRequire } from 'node:module';

/** The version of this program, as its package.json says. */
export const { version } = createRequire(import.meta.url)('#package') as { readonly version: string };
