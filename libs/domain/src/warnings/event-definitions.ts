import { defineEvents } from '../core/event-definition.ts';
import { orNull, pick, text, whole } from '../kernel/codec.ts';
import { warningKinds, type WarningRaised } from './events.ts';
import { raiseWarning } from './evolve.ts';

const warning = pick(...warningKinds);

export const warningEvents = defineEvents({
  'warning-raised.v1': {
    codec: { at: whole, warning, subject: orNull(text), threshold: orNull(text), value: orNull(text) },
    evolve: raiseWarning,
    postings: null,
    usedId: null,
    schedule: null,
    isNotice: true,
    summary: (raised) =>
      [raised.warning, raised.subject, raised.value, thresholdText(raised)].filter(Boolean).join(' '),
  },
});

function thresholdText({ warning: kind, threshold }: WarningRaised): string | null {
  if (threshold === null) return null;
  if (kind === 'pack-expiring') return `within ${threshold} days`;
  return kind === 'pack-low' ? `below ${threshold} %` : `below ${threshold}`;
}
