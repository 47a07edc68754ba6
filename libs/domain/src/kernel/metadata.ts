/** Texts by name that callers attach; stored and shown as they are. */
export type Metadata = Readonly<Record<string, string>>;
