import { callForValue, command } from './methods.ts';

/** Accounts, their funds and terms, and their history. */
export const accounts = {
  /** Opens an account. Scope `operator`. */
  openAccount: command('openAccount'),
  /** Lists accounts by id. */
  listAccounts: callForValue('listAccounts'),
  /** An account with its balance, as of now. */
  getAccount: callForValue('getAccount'),
  /** The balance and the open holds as of a time or after a revision; as of now without either. */
  getBalance: callForValue('getBalance'),
  /** Adds money that was paid in. Scope `operator`. */
  deposit: command('deposit'),
  /** Takes money out that is paid back. Scope `operator`. */
  withdraw: command('withdraw'),
  /** Corrects the balance by an amount, with a reason. Scope `operator`. */
  adjust: command('adjust'),
  /** No new holds until the account is resumed. Scope `operator`. */
  suspend: command('suspend'),
  /** Lifts a suspension by an operator. Scope `operator`. */
  resume: command('resume'),
  /** Changes terms, from now on; what is not given stays as it is, null takes something away. Scope `operator`. */
  changeTerms: command('changeTerms'),
  /** Closes an empty account for ever. Scope `operator`. */
  close: command('close'),
  /** The stored events of an account with their hashes, from a revision on. */
  listEvents: callForValue('listEvents'),
};
