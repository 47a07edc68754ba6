import type { Money } from '#domain';

/** What a channel says of one payment. */
export interface PaymentNotice {
  /** Unique at its channel, and of the shape of every id. It becomes the id of the deposit. */
  readonly transactionId: string;
  /** The reference of the order that the payer named, as it stands: 1 to 200 characters. */
  readonly order: string;
  /** Paid, above zero. */
  readonly amount: Money;
  readonly currency: string;
  /** ms since 1970, by the channel's clock. */
  readonly paidAt: number;
}

/** A notice as it came in: nothing about it is to be believed yet. */
export interface SignedNotice {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The very text that was signed. */
  readonly body: string;
}

/** `not-signed`: not the channel's, or not sent just now. `malformed`: the channel's, but it says nothing that we know. */
export type NoticeReading =
  | { readonly kind: 'notice'; readonly notice: PaymentNotice }
  | { readonly kind: 'not-signed'; readonly detail: string }
  | { readonly kind: 'malformed'; readonly field: string; readonly detail: string };

/** A way by which customers pay in. Its adapter knows how that channel signs and writes its notices, and nothing else. */
export abstract class PaymentChannel {
  /** An id, by which orders name the channel. */
  abstract readonly name: string;

  /**
   * Reads a notice. Believes nothing before the signature is verified, over the raw text and in constant time.
   *
   * @param now ms since 1970: a notice that was signed too long before or after is not signed.
   */
  abstract read(sent: SignedNotice, now: number): NoticeReading;
}

/** The channels of this process, by name. */
export class PaymentChannels {
  readonly #channels: ReadonlyMap<string, PaymentChannel>;

  constructor(channels: readonly PaymentChannel[]) {
    this.#channels = new Map(channels.map((channel) => [channel.name, channel]));
  }

  named(name: string): PaymentChannel | undefined {
    return this.#channels.get(name);
  }
}
