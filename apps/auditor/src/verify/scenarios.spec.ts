import { describe, expect, it } from '@jest/globals';
import { type AccountEvent, accountStream, PriceBookCatalog } from '#domain';
import { testBooks } from '../../../../test/support/account-driver.ts';
import { type Scenario, scenarios } from '../../../../test/support/account-scenarios.ts';
import { recordedEvents, toLog } from '../../../../test/support/chained-log.ts';
import fc from '../../../../test/support/fast-check.ts';
import { SideBySide } from '../../../../test/support/side-by-side.ts';
import { type AuditReport, runAudit } from '../index.ts';

const priceBooks = new PriceBookCatalog(testBooks);
const stream = accountStream('acme');

function listEvents(scenario: Scenario): readonly AccountEvent[] {
  const run = new SideBySide(scenario);
  for (const step of scenario.steps) run.take(step);
  return run.account.events;
}

function audit(events: readonly AccountEvent[]): Promise<AuditReport> {
  return runAudit(toLog(recordedEvents('acme', events)), { priceBooks });
}

/** Its amount is one unit of the last place more. */
function raised(event: AccountEvent): AccountEvent | undefined {
  if (!('amount' in event.data) || event.type === 'charge-uncollected.v1') return undefined;
  const { amount } = event.data;
  const [whole = '0', decimals = ''] = amount.split('.');
  const last = BigInt(decimals.padEnd(8, '0')) + 1n;
  if (amount.startsWith('-') || last === 100_000_000n) return undefined;
  const text = `${whole}.${String(last).padStart(8, '0').replace(/0+$/, '')}`;
  return { ...event, data: { ...event.data, amount: text } } as AccountEvent;
}

describe('the audit', () => {
  it('finds nothing in any scenario that the domain model tells', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const { findings } = await audit(listEvents(scenario));
        expect(findings).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('finds any amount of a hold that is changed by the smallest unit, even with the chain rebuilt', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.nat(), async (scenario, pick) => {
        const events = [...listEvents(scenario)];
        const places = events.flatMap((event, index) => ('holdId' in event.data && raised(event) ? [index] : []));
        const place = places[pick % Math.max(1, places.length)];
        const before = place === undefined ? undefined : events[place];
        if (place === undefined || before === undefined) return;
        // Of a plain hold anybody may freeze more, or charge more late within its bound: another history, and sound.
        if (before.type === 'funds-frozen.v1' && before.data.pricing === null) return;
        if (before.type === 'hold-settled-late.v1' && before.data.lines === null) return;
        // Nor is a refund bound to one amount: any part of the charge is one.
        if (before.type === 'charge-refunded.v1') return;
        events[place] = raised(before) ?? before;
        expect((await audit(events)).findings[0]).toMatchObject({ stream, revision: place });
      }),
      { numRuns: 200 },
    );
  });

  it('finds any ending that comes twice', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.nat(), async (scenario, pick) => {
        const events = [...listEvents(scenario)];
        const endings = events.filter(({ type }) => /^hold-(settled|released|expired)/.test(type));
        const again = endings[pick % Math.max(1, endings.length)];
        if (again === undefined) return;
        const at = events.at(-1)?.data.at ?? 0;
        const revision = events.push({ ...again, data: { ...again.data, at } } as AccountEvent) - 1;
        const kinds = (await audit(events)).findings.filter((one) => one.revision === revision).map(({ kind }) => kind);
        expect(kinds.some((kind) => kind === 'hold-ended-twice' || kind.startsWith('late-settle'))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('finds any event that is left out', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.nat(), async (scenario, pick) => {
        const events = [...listEvents(scenario)];
        const place = pick % events.length;
        const { type } = events[place] ?? { type: '' };
        // Nothing later needs to have been preceded by these.
        if (!/^(account-opened|funds-frozen)/.test(type)) return;
        const later = JSON.stringify(
          events.slice(place + 1).map(({ data }) => ('holdId' in data ? data.holdId : null)),
        );
        const opening = events[place];
        if (opening?.type === 'funds-frozen.v1' && !later.includes(`"${opening.data.holdId}"`)) return;
        if (type === 'account-opened.v1' && events.length === 1) return;
        events.splice(place, 1);
        expect((await audit(events)).found).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});
