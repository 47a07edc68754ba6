import type { CommandBus } from '@nestjs/cqrs';
import {
  type AccountLanes,
  type Clock,
  type EventStore,
  type IdIndex,
  laneLimits,
  PaymentChannels,
  PaymentClaims,
  PaymentEndings,
  PaymentNotices,
  UnmatchedPayments,
} from '#application';
import { ReferenceChannel } from '#channels';
import type { Config, Logger } from '#runtime';

/** How often claims are looked for whose process has died before it had made the deposit, in ms. */
const claimsFinishedEveryMs = 30_000;

/** What payments rest on. */
export interface PaymentParts {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly commands: CommandBus;
  readonly lanes: AccountLanes;
  readonly idIndex: IdIndex;
  /** The store must not be written to any more: the process has to end. */
  readonly onFatalStoreError: (cause: unknown) => void;
}

/** Everything about payments that come in by channels, for one process. */
export interface Payments {
  readonly channels: PaymentChannels;
  readonly unmatched: UnmatchedPayments;
  readonly notices: PaymentNotices;
  readonly endings: PaymentEndings;
  /** Reads what is recorded, and finishes from time to time what others have left unfinished. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function openPayments({ referenceChannelSecret }: Config, logger: Logger, parts: PaymentParts): Payments {
  const { store, clock, commands, lanes, idIndex, onFatalStoreError } = parts;
  const unmatched = new UnmatchedPayments(store, clock, laneLimits, onFatalStoreError);
  const claims = new PaymentClaims(store, clock, idIndex, laneLimits, onFatalStoreError);
  const endings = new PaymentEndings(commands, lanes, idIndex, unmatched, claims);
  let timer: NodeJS.Timeout | undefined;
  let finishing: Promise<void> = Promise.resolve();
  const finish = (): void => {
    finishing = endings.finishClaims().catch((error: unknown) => {
      logger.warn({ err: error }, 'claimed payments could not be deposited: the next round tries again');
    });
  };
  return {
    channels: new PaymentChannels(
      referenceChannelSecret === undefined ? [] : [new ReferenceChannel(referenceChannelSecret)],
    ),
    unmatched,
    notices: new PaymentNotices(commands, lanes, idIndex, unmatched, endings, claims),
    endings,
    start: async () => {
      await unmatched.refresh();
      finish();
      timer = setInterval(finish, claimsFinishedEveryMs).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await finishing;
    },
  };
}
