import { Command } from '@nestjs/cqrs';
import type { Command as AccountCommandBody } from '#domain';
import type { Answer, Request } from '../request.ts';

type Kind = AccountCommandBody['kind'];

/** A request whose command is of one kind. */
export type RequestTo<Of extends Kind> = Request<AccountCommandBody & { readonly kind: Of }>;

/** Something that is to happen to one account. Its answer comes when its events are durable. */
export abstract class AccountCommand<Of extends Kind = Kind> extends Command<Answer> {
  readonly accountId: string;
  readonly request: RequestTo<Of>;

  constructor(accountId: string, request: RequestTo<Of>) {
    super();
    this.accountId = accountId;
    this.request = request;
  }
}

export class OpenAccount extends AccountCommand<'open-account'> {}
export class ChangeTerms extends AccountCommand<'change-terms'> {}
export class SuspendAccount extends AccountCommand<'suspend'> {}
export class ResumeAccount extends AccountCommand<'resume'> {}
export class CloseAccount extends AccountCommand<'close'> {}

/** Money comes in. */
export class Deposit extends AccountCommand<'deposit'> {}
/** Money goes out. */
export class Withdraw extends AccountCommand<'withdraw'> {}
export class Adjust extends AccountCommand<'adjust'> {}

/** Locks what a call may cost, before it is made. */
export class FreezeFunds extends AccountCommand<'freeze'> {}
/** Charges what a call did cost, and gives back the rest of what was locked. */
export class SettleHold extends AccountCommand<'settle'> {}
/** An attempt of the call failed; the hold stays. */
export class FailCall extends AccountCommand<'fail'> {}
/** Gives back all that was locked: there will be no call. */
export class ReleaseHold extends AccountCommand<'release'> {}
/** Gives back what holds have locked beyond their deadline, and does everything else that is due. */
export class ExpireDueHolds extends AccountCommand<'expire-due'> {}

/** Takes a deposit back. */
export class ReverseDeposit extends AccountCommand<'reverse-deposit'> {}
/** Gives back what a call was charged. */
export class RefundCharge extends AccountCommand<'refund'> {}

/** An account gets a pack: bought, granted or for trial. */
export class AcquirePack extends AccountCommand<'acquire-pack'> {}
export class RefundPack extends AccountCommand<'refund-pack'> {}
export class SetBudget extends AccountCommand<'set-budget'> {}

/** States what a day that is over comes to. */
export class IssueBill extends AccountCommand<'issue-bill'> {}

/** Announces a payment that an account is going to make. */
export class OpenOrder extends AccountCommand<'open-order'> {}
/** Credits the payment of an order. */
export class PayOrder extends AccountCommand<'pay-order'> {}

/** Several commands on one account of which all take effect or none. */
export class RunLinkedGroup extends Command<readonly Answer[]> {
  readonly accountId: string;
  readonly requests: readonly Request[];

  constructor(accountId: string, requests: readonly Request[]) {
    super();
    this.accountId = accountId;
    this.requests = requests;
  }
}

type ClassFor<Of extends Kind> = new (accountId: string, request: RequestTo<Of>) => AccountCommand<Of>;

/** The class of every kind of command. */
export const accountCommands: { readonly [Of in Kind]: ClassFor<Of> } = {
  'open-account': OpenAccount,
  'change-terms': ChangeTerms,
  suspend: SuspendAccount,
  resume: ResumeAccount,
  close: CloseAccount,
  deposit: Deposit,
  withdraw: Withdraw,
  adjust: Adjust,
  freeze: FreezeFunds,
  settle: SettleHold,
  fail: FailCall,
  release: ReleaseHold,
  'expire-due': ExpireDueHolds,
  'reverse-deposit': ReverseDeposit,
  refund: RefundCharge,
  'acquire-pack': AcquirePack,
  'refund-pack': RefundPack,
  'set-budget': SetBudget,
  'issue-bill': IssueBill,
  'open-order': OpenOrder,
  'pay-order': PayOrder,
};

/** The command of a request whose kind is known only when it comes in. */
export function accountCommand(accountId: string, request: Request): AccountCommand {
  const commandClass = accountCommands[request.command.kind] as ClassFor<Kind>;
  return new commandClass(accountId, request);
}
