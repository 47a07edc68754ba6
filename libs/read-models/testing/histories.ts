import type { Command } from '#domain';
import fc from '../../../test/support/fast-check.ts';
import { commands, Log, start } from './log.ts';

export const accountIds = ['acme', 'acme.cn', 'zeta'] as const;

interface Step {
  readonly account: number;
  readonly kind: keyof typeof commands;
  readonly id: number;
  readonly amount: number;
  readonly pauseMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  account: fc.constantFrom(0, 0, 0, 1),
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('freeze', 'freezeUnits') },
    { weight: 5, arbitrary: fc.constantFrom('settle', 'settle', 'release', 'fail', 'refund') },
    { weight: 1, arbitrary: fc.constantFrom('deposit', 'withdraw', 'adjust', 'change', 'reverse', 'terms') },
  ),
  id: fc.nat({ max: 3 }),
  amount: fc.integer({ min: 1, max: 500 }),
  pauseMs: fc.constantFrom(0, 0, 1, 1_000, 60_000, 600_000, 1_800_000),
});

/** Small histories of a few accounts as the domain model writes them, with other streams in between. */
export const history: fc.Arbitrary<Log> = fc.array(step, { minLength: 20, maxLength: 50, size: 'max' }).map((steps) => {
  const log = new Log();
  let now = start;
  for (const [index, accountId] of accountIds.entries()) {
    log.run(accountId, commands.open(accountId, String(index)), now);
    log.run(accountId, commands.deposit('first', '5'), now);
    if (index < 2) log.run(accountId, commands.watch('4'), now);
  }
  log.put('keys', 'key-issued.v1', '{}');
  const holdsOpened = new Map<string, number>();
  for (const [index, one] of steps.entries()) {
    now += one.pauseMs;
    const accountId = accountIds[one.account] ?? 'acme';
    const opened = holdsOpened.get(accountId) ?? 0;
    if (one.kind === 'freeze' || one.kind === 'freezeUnits') holdsOpened.set(accountId, opened + 1);
    log.run(accountId, toCommand(one, opened, now), now);
    if (index % 7 === 3) log.put('keys', 'key-revoked.v1', '{}');
  }
  const types = log.events.map(({ stream, type }) => `${stream} ${type}`);
  return Object.assign(log, { [fc.toStringMethod]: () => types.join(', ') });
});

/** Freezes get new ids, the other hold commands one of the last few. */
function toCommand({ kind, id, amount }: Step, opened: number, now: number): Command {
  const text = String(amount / 100);
  const name = String(id);
  const holdId = `h${String(Math.max(0, opened - 1 - id))}`;
  switch (kind) {
    case 'deposit':
      return commands.deposit(name, text);
    case 'withdraw':
      return commands.withdraw(name, text);
    case 'adjust':
      return commands.adjust(name, amount % 2 === 0 ? text : `-${text}`);
    case 'freeze':
      return commands.freeze(`h${String(opened)}`, text, amount % 3 === 0 ? 1 : 1_800);
    case 'freezeUnits':
      return commands.freezeUnits(`h${String(opened)}`, (amount % 2) + 1);
    case 'settle':
      return commands.settle(holdId, amount % 2 === 0 ? null : now - (amount % 3) * 900_000);
    case 'release':
      return commands.release(holdId);
    case 'fail':
      return commands.fail(holdId, String(amount % 3));
    case 'refund':
      return commands.refund(String(amount), holdId, amount % 2 === 0 ? '0.85' : '0.01');
    case 'reverse':
      return commands.reverse(String(amount), 'first', amount % 4 === 0 ? null : text);
    case 'terms':
      return commands.terms(`t${name}`, amount % 2 === 0 ? '0' : '5');
    case 'watch':
      return commands.watch(text);
    case 'change':
      return commands.change(amount % 4 === 0 ? 'suspend' : 'resume', `${name}-${String(amount)}`);
    case 'open':
      return commands.open(name);
  }
}
