/** Fewest different characters (of a secret's text) or bytes (of its content): random ones of 24 bytes have twice as many. */
const differentMin = 8;

/** A text of which so large a part says again what stood some way before, or counts up or down, was typed. */
const monotonousPartMax = 2 / 3;

/** What stands in examples and templates, without what may stand between the words. Random texts do not say such things. */
const placeholders =
  /change(me|this|it)|replace|placeholder|example|sample|dummy|insert(your|the|a)?(key|secret)|your(admin|webhook|signing|own|new|channel|random)?(key|secret|password)|password|passphrase|secretkey|(my|top|super)secret|notasecret|donotuse|insecure|letmein|qwerty|asdfgh|deadbeef|^holdfast$/;

/** The secret of the Standard Webhooks documentation, which everybody knows. */
const published: ReadonlySet<string> = new Set(['mfkq9r8gkyqrtwjupd8ilpzio2lalasw']);

/**
 * Why a secret is no secret: it was taken from an example, or typed by a tired hand. Undefined if nothing of the kind
 * shows; that does not make it random.
 */
export function weakness(secret: string): string | undefined {
  if (/^[<{[(].*[>}\])]$/s.test(secret) || /\$\{|\{\{|<%/.test(secret)) return 'is a placeholder';
  const words = secret.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (placeholders.test(words) || published.has(words)) return 'is a placeholder';
  return monotony(Array.from(secret).map((character) => character.codePointAt(0) ?? 0));
}

/** The same of `whsec_` and base64, where what is encoded may be a text too, or always the same byte. */
export function encodedWeakness(secret: string): string | undefined {
  const encoded = secret.replace(/^whsec_/, '');
  const content = Buffer.from(encoded, 'base64');
  const text = content.toString('latin1');
  const isText = /^[\x20-\x7e\s]*$/.test(text);
  return weakness(encoded) ?? (isText ? weakness(text) : undefined) ?? monotony([...content]);
}

function monotony(codes: readonly number[]): string | undefined {
  if (new Set(codes).size < differentMin) return `has fewer than ${String(differentMin)} different characters`;
  for (let period = 1; period <= codes.length / 2; period += 1) {
    const again = codes.filter((code, at) => at >= period && code === codes[at - period]);
    if (again.length > monotonousPartMax * (codes.length - period)) return 'repeats itself';
  }
  const counted = codes.filter((code, at) => at > 0 && Math.abs(code - (codes[at - 1] ?? 0)) <= 1);
  return counted.length > monotonousPartMax * (codes.length - 1) ? 'is a sequence' : undefined;
}
