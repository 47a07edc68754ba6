import type { SuspensionCause } from '../account/events.ts';
import type { Figures } from '../core/audit-figures.ts';
import type { ScheduleAudit } from '../core/audit-schedule.ts';
import type { AccountEvent } from '../core/events.ts';
import type { Violation } from '../core/violation.ts';
import { formatMoney, parseMoney, plus, zero } from '../kernel/money.ts';
import { PackWarningsAudit } from '../packs/audit-warnings.ts';
import type { AuditedPacks } from '../packs/audited-packs.ts';
import type { AgreedTerms } from '../terms/events.ts';
import type { WarningRaised } from './events.ts';

/** An account as the audit's own figures have it after an event. */
interface AccountThen {
  readonly balance: Figures;
  readonly suspendedFor: readonly SuspensionCause[];
  readonly bills: { readonly inArrears: boolean };
  readonly closed: boolean;
}

type Expected = Omit<WarningRaised, 'at'>;

/** Whether each crossing has exactly one warning, right behind what caused it, and nothing else has one. */
export class WarningsAudit {
  /** What has been warned of and is still so. */
  readonly #told = new Set<string>();
  #expected: readonly Expected[] = [];
  #causedAt = 0;
  readonly #ofPacks: PackWarningsAudit;

  constructor(packs: AuditedPacks, schedule: ScheduleAudit) {
    this.#ofPacks = new PackWarningsAudit(packs, schedule);
  }

  follow(event: AccountEvent, then: AccountThen, terms: AgreedTerms | undefined): Violation | undefined {
    const [first, ...rest] = this.#expected;
    if (event.type === 'warning-raised.v1' && event.data.warning === 'pack-expiring' && terms !== undefined) {
      // The clock brings it: what is expected behind an event comes before.
      return this.#missing() ?? (this.#ofPacks.isRight(event.data, terms.warnings) ? undefined : wrong(event.data));
    }
    if (event.type === 'warning-raised.v1') {
      this.#expected = rest;
      return this.#raised(event.data, first);
    }
    const missing = this.#missing();
    this.#causedAt = event.data.at;
    this.#expected = this.#crossings(event, then, terms);
    return missing;
  }

  /** What can only be said at the end. */
  finish(): readonly Violation[] {
    const missing = this.#missing();
    return missing === undefined ? [] : [missing];
  }

  #missing(): Violation | undefined {
    const [first] = this.#expected;
    this.#expected = [];
    if (first === undefined) return undefined;
    return { kind: 'warning-missing', detail: `nobody was warned that ${first.warning} came to be` };
  }

  #raised(raised: WarningRaised, expected: Expected | undefined): Violation | undefined {
    const { at, warning, subject, threshold, value } = raised;
    const asExpected =
      warning === expected?.warning &&
      subject === expected.subject &&
      threshold === expected.threshold &&
      value === expected.value;
    if (at === this.#causedAt && asExpected) return undefined;
    return wrong(raised);
  }

  /** What the event has brought about that was not so before, in the order of kinds. */
  #crossings(event: AccountEvent, then: AccountThen, terms: AgreedTerms | undefined): Expected[] {
    const { balance, suspendedFor, bills, closed } = then;
    if (terms === undefined || closed) {
      this.#told.clear();
      return [];
    }
    const { available, frozen } = balance;
    const watched = Object.values(terms.warnings).some((threshold) => threshold !== null);
    const below = terms.warnings.availableBelow;
    const isLow = below !== null && available < parseMoney(below, 'signed');
    const isFrozen = watched && frozen > zero && plus(available, parseMoney(terms.creditLimit)) <= zero;
    // Of arrears and what follows everybody is warned; of what an operator does, who asked to be warned of something.
    const isSuspended = watched ? suspendedFor.length > 0 : suspendedFor.includes('arrears');
    const crossings = [
      this.#crossing(isLow, 'available-low', below, formatMoney(available)),
      this.#crossing(isFrozen, 'everything-frozen', null, formatMoney(frozen)),
      this.#crossing(bills.inArrears, 'arrears', null, null),
      this.#crossing(isSuspended, 'suspended', null, suspendedFor.join(', ')),
    ].flatMap((crossing) => crossing ?? []);
    const ofPacks = this.#ofPacks.follow(event, terms.warnings);
    if (!watched || event.type !== 'charge-uncollected.v1') return [...crossings, ...ofPacks];
    const { holdId: subject, amount: value } = event.data;
    return [...crossings, { warning: 'charge-uncollected', subject, threshold: null, value }, ...ofPacks];
  }

  #crossing(
    isSo: boolean,
    warning: WarningRaised['warning'],
    threshold: string | null,
    value: string | null,
  ): Expected | undefined {
    const isNew = isSo && !this.#told.has(warning);
    if (isSo) this.#told.add(warning);
    if (!isSo) this.#told.delete(warning);
    return isNew ? { warning, subject: null, threshold, value } : undefined;
  }
}

function wrong({ warning }: WarningRaised): Violation {
  return { kind: 'warning-wrong', detail: `${warning} was warned of without a reason, or with other figures` };
}
