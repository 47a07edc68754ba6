/*
 * What the gateway asks of whoever verifies. One credential admits one person, or with several units one list of them.
 */

/** What the provider gives out for one verification; usable until the hold that pays for it ends. */
export interface Credential {
  readonly credentialId: string;
}

export type Issue =
  { readonly kind: 'issued'; readonly credential: Credential } | { readonly kind: 'not-issued'; readonly why: string };

export type Verdict =
  | {
      readonly kind: 'completed';
      readonly outcome: 'match' | 'mismatch';
      /** How many of the units were verified, at least one. */
      readonly units: number;
      /** By the provider's clock, RFC 3339. */
      readonly completedAt: string;
    }
  /** The call came to nothing, by nobody's choice; the credential may be used again. */
  | { readonly kind: 'error'; readonly why: string }
  /** The person went away. The credential may still be used, so nothing is known to be over. */
  | { readonly kind: 'abandoned' };

/** A provider of identity verification. */
export abstract class IdentityProvider {
  /** @param subject whom to verify, by a name that says nothing about the person */
  abstract issue(subject: string, units: number): Promise<Issue>;

  abstract verify(credential: Credential): Promise<Verdict>;
}
