import { callForValue, command } from './methods.ts';

/** The budgets of an account. */
export const budgets = {
  /**
   * Sets what a budget allows in each of its periods. Scope `operator`. It has no id: of two programs that set the same
   * budget the last one counts, also when its call was a repetition.
   */
  set: command('setBudget'),
  /** Lists the budgets of an account by name, with what is used of them now. */
  list: callForValue('listBudgets'),
};

/** The warnings of an account. */
export const warnings = {
  /** Sets when the account is to be warned of: a change of its terms; null takes a threshold away. Scope `operator`. */
  set: command('setWarnings'),
  /** The warnings of an account from a revision on. Lists may be a moment behind. */
  list: callForValue('listWarnings'),
};
