import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { testBooks } from '../../../../test/support/account-driver.ts';
import {
  AccountAudit,
  chainHash,
  chainStart,
  decodeEvent,
  eventIdFromHash,
  fold,
  formatMoney,
  postings,
  PriceBookCatalog,
  readStatus,
  TrialBalance,
} from '../index.ts';

/*
 * The history of an account with packs as it was first stored, never to be changed: bought, granted, tried, refunded, used
 * up, expired, forfeited, charged late from what was forfeited, warned of, and lost with the account. Its `p1` expires with
 * nothing left, as packs that were used up once did.
 */

interface GoldenPacks {
  readonly stream: string;
  readonly history: {
    readonly events: readonly {
      readonly type: string;
      readonly text: string;
      readonly metadata: string;
      readonly hash: string;
      readonly id: string;
    }[];
    readonly balance: Readonly<Record<string, string>>;
    readonly unitsCharged: readonly (readonly [string, number])[];
    readonly journal: Readonly<Record<'platform:revenue' | 'platform:breakage' | 'platform:pack-liability', string>>;
    /** `id remaining reserved consumed forfeited refunded` of those that the state still has. */
    readonly packs: readonly string[];
    readonly status: string;
  };
}

const text = readFileSync(new URL('./golden-packs.json', import.meta.url), 'utf8');
const { stream, history } = JSON.parse(text) as GoldenPacks;
const events = history.events.map(({ type, text: data }) => decodeEvent(type, data));

describe('the golden history of an account with packs', () => {
  it('hashes to the same chain for ever, and is written again as the same text', () => {
    let previous = chainStart;
    for (const [revision, event] of history.events.entries()) {
      previous = chainHash(previous, stream, revision, event.type, event.text, event.metadata);
      expect([previous, eventIdFromHash(previous)]).toEqual([event.hash, event.id]);
      expect(JSON.stringify(events[revision]?.data)).toBe(event.text);
    }
  });

  it('folds to the same balance, units and status, and its journal to the same revenue and breakage', () => {
    const state = fold(events);
    const { balance } = state.summary;
    const parts = Object.keys(balance) as (keyof typeof balance)[];
    expect(Object.fromEntries(parts.map((part) => [part, formatMoney(balance[part])]))).toEqual(history.balance);
    expect([...state.unitsCharged]).toEqual(history.unitsCharged);
    const packs = state.packs.all().map(({ packId, remaining, reserved, consumed, forfeited, refunded }) => {
      return [packId, remaining, reserved, consumed, forfeited, refunded].join(' ');
    });
    expect(packs).toEqual(history.packs);
    expect(readStatus(state.summary)).toBe(history.status);
    const journal = new TrialBalance();
    for (const event of events) journal.post(postings(event));
    const accounts = ['platform:revenue', 'platform:breakage', 'platform:pack-liability'] as const;
    expect(Object.fromEntries(accounts.map((name) => [name, formatMoney(journal.of(name))]))).toEqual(history.journal);
  });

  it('is in order to the audit', () => {
    const audit = new AccountAudit('acme', { use: () => true, has: () => true }, new PriceBookCatalog(testBooks));
    const found = events.flatMap((event, revision) => audit.follow(event, revision));
    expect([...found, ...audit.finish()]).toEqual([]);
  });
});
