import { type AddressGuard, addressIn } from './address-guard.ts';

/** What the configuration allows beyond https to public addresses. */
export interface UrlRules {
  readonly guard: AddressGuard;
  /** http too. */
  readonly plain: boolean;
}

/**
 * Why nothing may be sent to a URL; undefined if something may, as far as can be told without asking for its addresses:
 * those are looked at when they are connected to.
 */
export function validateUrl(text: string, { guard, plain }: UrlRules): string | undefined {
  // A reader of URLs leaves such characters out or turns them: what is shown would not be what is called.
  if (/[\s\\]|\p{C}/u.test(text)) return 'it has a space, a backslash or a control character in it';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return 'it is no URL';
  if (url.protocol !== 'https:' && !(plain && url.protocol === 'http:')) return 'it is not https';
  // `https:/host` and `https:host` are read as if they had both slashes.
  if (!/^[a-z]+:\/\/[^/]/i.test(text)) return 'it is no URL of the form https://host/path';
  if (url.username !== '' || url.password !== '') return 'it has a user name or a password in it';
  if (url.hash !== '') return 'it has a fragment';
  const address = addressIn(url);
  if (address !== undefined && guard.refuses(address)) return `${address} is no public address`;
  return undefined;
}
