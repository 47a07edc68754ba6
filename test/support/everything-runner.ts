import { strict as assert } from 'node:assert';
import {
  type AccountEvent,
  type Command,
  type Decision,
  formatMoney,
  negated,
  nextUnbilled,
  parseMoney,
  writeSnapshot,
  zero,
} from '#domain';
import { said } from './account-driver.ts';
import type { Everything, EverythingStep } from './everything-steps.ts';
import { NotingDriver } from './noting-driver.ts';
import { laterZones } from './zones.ts';

type IdKind = 'hold' | 'deposit' | 'pack' | 'order' | 'other';

interface Sent {
  readonly command: Command;
  readonly operator: boolean;
  readonly event: AccountEvent;
}

/** Tells one scenario to the domain model. */
export class EverythingRunner {
  readonly account = new NotingDriver();
  /** Each command is first tried and taken back, as a lane does with a batch that could not be stored. */
  readonly #rehearse: boolean;
  readonly #accepted: Sent[] = [];
  readonly #ids = { hold: 0, deposit: 0, pack: 0, order: 0, other: 0 };
  #indexed = 0;
  /** Databases that were newer than the one before. */
  #zones = -1;

  constructor(scenario: Everything, how: 'once' | 'rehearsed' = 'once') {
    const { account } = this;
    this.#rehearse = how === 'rehearsed';
    account.open({
      priceBook: 'test',
      creditLimit: parseMoney(scenario.creditLimit),
      agreementStart: '2025-06-01',
      limits: {
        openHolds: null,
        frozen: scenario.frozen === null ? null : parseMoney(scenario.frozen),
        dailySpend: scenario.dailySpend === null ? null : parseMoney(scenario.dailySpend),
      },
    });
    this.#do(() => account.deposit('d0', scenario.money));
    for (const each of scenario.steps) this.#run(each);
  }

  #run(step: EverythingStep): void {
    const { account } = this;
    account.operator = step.operator;
    switch (step.do) {
      case 'wait':
        account.now += step.ms;
        return;
      case 'to due':
        this.#waitUntil(this.#nextDue() + step.ms);
        return;
      case 'to end of day':
        this.#waitUntil((account.state.calendar?.findDay(account.now).until ?? 0) + step.ms);
        return;
      case 'to expiry':
        this.#waitUntil((account.state.packs.all().at(-1 - step.pack)?.expiresAt ?? 0) + step.ms);
        return;
      case 'straddle':
        this.#straddle(step);
        return;
      case 'index':
        this.#indexed = Math.max(this.#indexed, account.events.length - step.behind);
        account.forget(account.events.length - this.#indexed);
        return;
      case 'restart':
        this.#indexed = account.events.length;
        account.restart();
        return;
      case 'zones':
        this.#zones += 1;
        account.zones = laterZones(
          `2098${'abcdefghijklmnopqrstuvwxyz'[this.#zones % 26] ?? ''}`,
          account.now + step.inMs,
          step.byMs,
        );
        return;
      case 'again':
        this.#again(step.back);
        return;
      default:
        this.#send(step);
    }
  }

  #send(step: EverythingStep): void {
    const { account } = this;
    switch (step.do) {
      case 'word':
        this.#word(step.order, step.late);
        return;
      case 'settle':
        this.#settle(step.hold, step.part, step.match, step.at);
        return;
      case 'bill':
        this.#bill();
        return;
      case 'drain': {
        const { available } = account.state.summary.balance;
        const all = this.#next('other');
        if (available !== zero) this.#do(() => account.adjust(all, formatMoney(negated(available))));
        const id = this.#next('other');
        if (step.close) this.#do(() => account.close(id, true));
        return;
      }
      default: {
        const send = this.#plain(step);
        if (send !== undefined) this.#do(send);
      }
    }
  }

  /** A step that is one command. */
  #plain(step: EverythingStep): (() => Decision) | undefined {
    const { account } = this;
    switch (step.do) {
      case 'deposit':
        return this.#under('deposit', (id) => account.deposit(id, step.amount));
      case 'withdraw':
        return this.#under('other', (id) => account.withdraw(id, step.amount));
      case 'adjust':
        return this.#under('other', (id) => account.adjust(id, step.amount));
      case 'order':
        return this.#under('order', (id) => account.order(id, step.amount));
      case 'plain': {
        const { amount, budget, ttl: ttlSeconds } = step;
        return this.#under('hold', (id) => account.freeze(id, { amount, budget, ttlSeconds }));
      }
      case 'priced': {
        const { product, quantity, budget } = step;
        return this.#under('hold', (id) => account.freeze(id, { product, quantity, budget }));
      }
      case 'release':
        return () => account.release(this.#id('hold', step.hold));
      case 'fail':
        return this.#under('other', (id) => account.fail(this.#id('hold', step.hold), id));
      case 'refund':
        return this.#under('other', (id) => account.refund(id, this.#id('hold', step.hold), step.amount));
      case 'reverse':
        return this.#under('other', (id) => account.reverse(id, this.#id('deposit', step.deposit), step.amount));
      case 'pack': {
        const { how, units } = step;
        return this.#under('pack', (id) =>
          account.acquirePack(id, { how, units, reason: how === 'grant' ? 'goodwill' : null }),
        );
      }
      case 'refund-pack': {
        const reason = step.amount === null ? null : 'goodwill';
        return this.#under('other', (id) => account.refundPack(this.#id('pack', step.pack), id, step.amount, reason));
      }
      case 'budget':
        return () => account.budget(step.name, step.limit, step.period);
      case 'suspend':
      case 'resume':
        return this.#under('other', (id) => account.status(step.do === 'suspend' ? 'suspend' : 'resume', id));
      case 'close':
        return this.#under('other', (id) => account.close(id, step.forfeit));
      case 'terms':
        return this.#under('other', (id) => account.terms(id, step.asked));
      case 'expire-due':
        return () => account.expireDue();
      default:
        return undefined;
    }
  }

  #under(kind: IdKind, send: (id: string) => Decision): () => Decision {
    const id = this.#next(kind);
    return () => send(id);
  }

  #straddle({ pack, quantity, part, ends, operator }: Extract<EverythingStep, { readonly do: 'straddle' }>): void {
    const { account } = this;
    const expiresAt = account.state.packs.all().at(-1 - pack)?.expiresAt ?? 0;
    if (expiresAt - 1_000 < account.now) return;
    account.now = expiresAt - 1_000;
    this.#run({ do: 'priced', product: 'call', quantity, budget: null, operator });
    account.now = ends === 'late' ? expiresAt + 1_800_000 : expiresAt;
    if (ends === 'released') this.#run({ do: 'release', hold: 0, operator });
    if (ends !== 'released') this.#settle(0, part, true, 0);
  }

  /** Only what the channel says of an order that it knows. */
  #word(orderBack: number, late: boolean): void {
    const { account } = this;
    const orderId = this.#id('order', orderBack);
    const order = account.events.findLast(({ type, data }) => type === 'order-opened.v1' && data.orderId === orderId);
    if (order?.type !== 'order-opened.v1') return;
    const { amount: text, closesAt } = order.data;
    const paidAt = late ? account.now : Math.min(account.now, closesAt - 1);
    this.#do(() => account.word(orderId, text, { transactionId: `t-${orderId}`, paidAt }));
  }

  /** @param at of the completion: 0 at the opening, 1 a millisecond later, -1 now, or a millisecond before the deadline. */
  #settle(holdBack: number, part: number, match: boolean, at: number): void {
    const { account } = this;
    const holdId = this.#id('hold', holdBack);
    const found = account.events.find(({ type, data }) => type === 'funds-frozen.v1' && data.holdId === holdId);
    if (found?.type !== 'funds-frozen.v1') return;
    const { at: openedAt, expiresAt, quantity } = found.data;
    const completedAt = at < 0 ? Math.min(expiresAt - 1, account.now) : openedAt + at;
    const completed = quantity === null ? null : 1 + (part % quantity);
    const outcome = match ? 'match' : 'mismatch';
    this.#do(() => account.settle(holdId, { outcome, quantity: completed, completedAt }));
  }

  #bill(): void {
    const { account } = this;
    account.expireDue();
    const { summary } = account.state;
    const next = nextUnbilled(summary.days, summary, account.now);
    if (next === undefined) return;
    const { lastRevision } = next;
    this.#do(() => account.bill(next.day.name, { lastRevision }));
  }

  #do(send: () => Decision): void {
    if (this.#rehearse) this.#tryAndTakeBack(send);
    const { account } = this;
    const decision = send();
    const [event] = decision.kind === 'accepted' ? decision.events : [];
    const command = account.last;
    if (event !== undefined && command !== undefined) {
      this.#accepted.push({ command, operator: account.operator, event });
    }
  }

  #tryAndTakeBack(send: () => Decision): void {
    const { account } = this;
    const { state } = account;
    const before = writeSnapshot(state);
    const remembered = state.recentIds.size;
    const mark = state.undo.mark();
    const events = account.events.length;
    send();
    state.undo.rollBackTo(mark);
    account.events.length = events;
    assert.equal(writeSnapshot(state), before, 'what was taken back leaves no trace');
    assert.equal(state.recentIds.size, remembered, 'what was taken back is not remembered');
  }

  /** What was accepted before is answered from its own event, for ever. */
  #again(steps: number): void {
    const { account } = this;
    const sent = this.#accepted.at(-1 - steps);
    if (sent === undefined || sent.command.kind === 'set-budget') return;
    account.operator = sent.operator;
    account.expireDue();
    const events = account.events.length;
    const decision = account.send(sent.command);
    assert.equal(said(decision), 'replayed', JSON.stringify(sent.event));
    if (decision.kind === 'replayed') assert.deepEqual(decision.event, sent.event);
    assert.equal(account.events.length, events, 'a replay has no event of its own');
  }

  #waitUntil(moment: number): void {
    this.account.now = Math.max(this.account.now, moment);
  }

  #nextDue(): number {
    const { state } = this.account;
    const next = Math.min(state.schedule.nextAt, state.due.peek()?.opening.expiresAt ?? Number.POSITIVE_INFINITY);
    return Number.isFinite(next) ? next : 0;
  }

  #next(kind: IdKind): string {
    this.#ids[kind] += 1;
    return `${kind.slice(0, 1)}${String(this.#ids[kind])}`;
  }

  #id(kind: 'hold' | 'deposit' | 'pack' | 'order', steps: number): string {
    return `${kind.slice(0, 1)}${String(this.#ids[kind] - steps)}`;
  }
}
