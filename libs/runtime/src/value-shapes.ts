import { isIP } from 'node:net';
import { z } from 'zod';
import { isLinkedAddress } from './unknown-variables.ts';
import { encodedWeakness, weakness } from './weak-secret.ts';

/** A switch. */
export const yesOrNo = z.enum(['true', 'false'], { error: 'is true or false' });

/** What is wrong with a text that is no port. */
export function validatePort(text: string): string {
  if (!isLinkedAddress(text)) return 'is a port number from 0 to 65535';
  return (
    'is an address, as Kubernetes sets it for a service called holdfast: say enableServiceLinks: false in the pod, ' +
    'or set the port'
  );
}

/** What is wrong with an admin key, or with the key of the webhooks' secrets; undefined if nothing is. */
export function validateKey(text: string): string | undefined {
  if (!/^[\x21-\x7e]{32,256}$/.test(text)) return 'has 32 to 256 visible ASCII characters and no spaces';
  const weak = weakness(text);
  return weak === undefined ? undefined : `${weak}: take a random one, e.g. from openssl rand -hex 32`;
}

/** What is wrong with the secret of the reference channel; undefined if nothing is. */
export function validateChannelSecret(text: string): string | undefined {
  if (!/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(text)) return 'is whsec_ and 24 to 64 random bytes in base64';
  const weak = encodedWeakness(text);
  return weak === undefined ? undefined : `${weak}: take random bytes, e.g. from openssl rand -base64 32`;
}

/** A secret of which a function says what is wrong with it. */
export function checkedText(validate: (text: string) => string | undefined): z.ZodString {
  return z.string().superRefine((text, context) => {
    const error = validate(text);
    if (error !== undefined) context.addIssue(error);
  });
}

export function isNetwork(text: string): boolean {
  const [, address = '', prefix = ''] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

/** What the client of Redis cannot read it would throw back, password and all, for somebody to log. */
export function isRedisUrl(text: string): boolean {
  if (!/^rediss?:\/\/\S+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return [username, password].every((part) => !/%(?![\dA-Fa-f]{2})/.test(part));
}
