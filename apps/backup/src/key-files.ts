/** The keys that a data directory may hold, and what a ledger without them cannot do. */
export const keyFiles = {
  'admin.key': 'another admin key is made at the start, unless HOLDFAST_ADMIN_KEY is set',
  'webhook.key': 'the secrets of webhooks cannot be opened without it, unless HOLDFAST_WEBHOOK_KEY is set',
  'signing.key': 'no checkpoint can be signed without it, unless HOLDFAST_SIGNING_KEY_FILE names another place of it',
} as const;

export type KeyFile = keyof typeof keyFiles;

export const keyFileNames = Object.keys(keyFiles) as readonly KeyFile[];
