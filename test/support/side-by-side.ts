import { strict as assert } from 'node:assert';
import {
  budgetView,
  type Decision,
  formatMoney,
  holdFacts,
  holdStatus,
  holdView,
  parseMoney,
  writeSnapshot,
  zero,
} from '#domain';
import { AccountDriver, said, start } from './account-driver.ts';
import { type CompletedAt, type HoldMoment, type Scenario, type Step, toCommand } from './account-scenarios.ts';
import type { NaiveCommand } from './naive-commands.ts';
import { type NaiveHold, NaiveLedger } from './naive-ledger.ts';

const lateWindow = 24 * 3_600_000;

/** What is compared after each step. */
interface Seen {
  readonly answer: string;
  readonly balance: Readonly<Record<string, string>>;
  readonly lastAt: number;
  readonly status: string;
  readonly holds: readonly string[];
  readonly budgets: readonly string[];
}

/** One scenario, told to the domain model and to the naive model at once. */
export class SideBySide {
  readonly account = new AccountDriver();
  readonly naive: NaiveLedger;
  /** Each command is first tried and taken back, as a lane does with a batch that could not be stored. */
  rehearse = false;
  /** Each command comes twice. */
  twice = false;
  readonly #openedAt: number;
  #wallClock = start;
  readonly #sent: NaiveCommand[] = [];
  #holdsNamed = 0;
  /** Events that the id index has: it never goes back. */
  #indexed = 0;

  constructor(scenario: Scenario, openedAt = start) {
    const { book, creditLimit, openHolds, frozen, dailySpend } = scenario;
    this.#openedAt = openedAt;
    this.#wallClock = openedAt;
    const { account } = this;
    account.now = openedAt;
    account.open({
      priceBook: book,
      creditLimit: parseMoney(creditLimit),
      limits: {
        openHolds,
        frozen: frozen === null ? null : parseMoney(frozen),
        dailySpend: dailySpend === null ? null : parseMoney(dailySpend),
      },
    });
    const agreementStart = new Date(openedAt + 8 * 3_600_000).toISOString().slice(0, 10);
    this.naive = new NaiveLedger({ book, agreementStart, creditLimit, openHolds, frozen, dailySpend }, openedAt);
    this.send({ kind: 'deposit', id: 'first', amount: scenario.money, text: null }, false);
  }

  /** Takes one step on both sides; returns what each then shows, undefined if the step shows nothing. */
  take(step: Step): { readonly domain: Seen; readonly model: Seen } | undefined {
    switch (step.do) {
      case 'wait':
        this.#wallClock += step.ms;
        return undefined;
      case 'wait until':
        this.#wallClock = Math.max(this.#wallClock, this.#findMoment(step.until) ?? 0);
        return undefined;
      case 'jump':
        this.#wallClock = Math.max(this.#openedAt, this.#wallClock + step.ms);
        return undefined;
      case 'index':
        this.account.forget(Math.min(step.behind, this.account.events.length - this.#indexed));
        this.#indexed = Math.max(this.#indexed, this.account.events.length - step.behind);
        return undefined;
      case 'restart':
        this.account.restart();
        this.#indexed = this.account.events.length;
        return undefined;
      case 'send':
        return this.send(this.#filledIn(step.command, step.completed), step.operator);
      case 'repeat': {
        const again = this.#sent.at(-1 - step.back);
        return again === undefined ? undefined : this.send(again, step.operator);
      }
    }
  }

  send(command: NaiveCommand, operator: boolean): { readonly domain: Seen; readonly model: Seen } {
    const { account, naive } = this;
    this.#sent.push(command);
    account.operator = operator;
    account.wallClock = this.#wallClock;
    account.now = Math.max(this.#wallClock, account.state.summary.lastAt);
    if (this.rehearse) this.#rehearse(command);
    const decision = account.send(toCommand(command));
    if (this.twice) account.send(toCommand(command));
    const answer = naive.send(command, this.#wallClock, operator);
    return { domain: this.#rulebookSeen(decision), model: this.#modelSeen(answer) };
  }

  #rehearse(command: NaiveCommand): void {
    const { account } = this;
    const { state } = account;
    const before = writeSnapshot(state);
    const remembered = state.recentIds.size;
    const mark = state.undo.mark();
    const events = account.events.length;
    account.send(toCommand(command));
    state.undo.rollBackTo(mark);
    account.events.length = events;
    assert.equal(writeSnapshot(state), before, 'what was taken back leaves no trace');
    assert.equal(state.recentIds.size, remembered, 'what was taken back is not remembered');
  }

  #filledIn(command: NaiveCommand, completed: CompletedAt): NaiveCommand {
    if (command.kind === 'withdraw' && command.amount === 'all') {
      const { available } = this.account.state.summary.balance;
      return { ...command, amount: formatMoney(available > zero ? available : parseMoney('1')) };
    }
    switch (command.kind) {
      case 'freeze':
      case 'fail':
      case 'refund':
      case 'release':
        return { ...command, id: this.#findHoldId(command.id) };
      case 'settle': {
        const id = this.#findHoldId(command.id);
        const completedAt = completed === null ? null : this.#findMoment({ holdId: id, ...completed });
        return { ...command, id, completedAt: completedAt ?? null };
      }
      default:
        return command;
    }
  }

  /** `#1` is the newest hold of now. */
  #findHoldId(id: string): string {
    if (id === '#new') return `h${String((this.#holdsNamed += 1))}`;
    if (!id.startsWith('#')) return id;
    const back = Number(id.slice(1));
    return this.naive.holds.at(-Math.min(back, this.naive.holds.length))?.id ?? 'nobody';
  }

  #findMoment({ holdId, moment, offsetMs }: HoldMoment): number | undefined {
    const id = this.#findHoldId(holdId);
    const hold = this.naive.holds.find((one) => one.id === id);
    if (hold === undefined) return undefined;
    if (moment === 'opening') return hold.openedAt + offsetMs;
    return hold.expiresAt + (moment === 'deadline' ? 0 : lateWindow) + offsetMs;
  }

  #rulebookSeen(decision: Decision): Seen {
    const { state, known } = this.account;
    const { balance, suspendedFor, closed, lastAt } = state.summary;
    const texts = Object.entries(balance).map(([part, amount]) => [part, String(amount)]);
    const holds = this.naive.holds.map(({ id }) => {
      const facts = holdFacts(state, known, id);
      if (facts === undefined) return `${id} unknown`;
      const { settledAmount, refundedAmount, amount, late, settledQuantity } = holdView(facts);
      const money = [amount, settledAmount ?? '0', refundedAmount].map((text) => parseMoney(text));
      return [id, holdStatus(facts), ...money, late, settledQuantity].join(' ');
    });
    return {
      answer: said(decision),
      balance: Object.fromEntries(texts) as Record<string, string>,
      lastAt,
      status: `${closed ? 'closed' : 'not closed'} ${suspendedFor.length > 0 ? 'suspended' : 'not suspended'}`,
      holds,
      budgets: this.account.state.budgets.page(null, 100).map((budget) => {
        const { name, used, left } = budgetView(budget, this.account.now);
        return `${name} ${String(parseMoney(used, 'signed'))} ${String(parseMoney(left, 'signed'))}`;
      }),
    };
  }

  #modelSeen(answer: string): Seen {
    const { naive } = this;
    const texts = Object.entries(naive.balance).map(([part, amount]) => [part, String(amount)]);
    return {
      answer,
      balance: { ...(Object.fromEntries(texts) as Record<string, string>), packs: '0' },
      lastAt: naive.lastAt,
      status: `${naive.closed ? 'closed' : 'not closed'} ${naive.suspended ? 'suspended' : 'not suspended'}`,
      holds: naive.holds.map((hold) => this.#holdOfModel(hold)),
      budgets: naive.budgets(this.account.now),
    };
  }

  #holdOfModel(hold: NaiveHold): string {
    const status = this.naive.status(hold);
    const settled = status === 'settled' ? hold.settlement : null;
    const money = [hold.amount, settled?.charged ?? 0n, this.naive.sumRefunds(hold)];
    return [hold.id, status, ...money, hold.late, settled?.quantity ?? null].join(' ');
  }
}
