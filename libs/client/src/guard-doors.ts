import type { Budget, BudgetList, SetBudgetBody, SetWarningsBody, TermsReceipt, WarningList } from '#contract';
import type { CallOptions, Done, Doors } from './doors.ts';
import type { PageQuery } from './page-query.ts';

/** The doors to the budgets of an account, one method each. */
export class BudgetDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /**
   * Sets what a budget allows in each of its periods. Scope `operator`. It has no id: of two programs that set the same
   * budget the last one counts, also when its call was a repetition.
   */
  set(accountId: string, name: string, body: SetBudgetBody, options?: CallOptions): Promise<Done<Budget>> {
    return this.#doors.command('setBudget', { accountId, name }, body, options);
  }

  /** Lists the budgets of an account by name, with what is used of them now. */
  list(accountId: string, query: PageQuery = {}, options?: CallOptions): Promise<BudgetList> {
    return this.#doors.read('listBudgets', { accountId }, { ...query }, options);
  }
}

/** The doors to the warnings of an account, one method each. */
export class WarningDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** Sets when the account is to be warned of: a change of its terms; null takes a threshold away. Scope `operator`. */
  set(accountId: string, body: SetWarningsBody, options?: CallOptions): Promise<Done<TermsReceipt>> {
    return this.#doors.command('setWarnings', { accountId }, body, options);
  }

  /** The warnings of an account from a revision on. Lists may be a moment behind. */
  list(
    accountId: string,
    query: { readonly from?: number; readonly limit?: number } = {},
    options?: CallOptions,
  ): Promise<WarningList> {
    return this.#doors.read('listWarnings', { accountId }, { ...query }, options);
  }
}
