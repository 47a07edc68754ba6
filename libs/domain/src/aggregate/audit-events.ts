import { accountAudit } from '../account/audit-definitions.ts';
import { balanceAudit } from '../balance/audit-definitions.ts';
import { billingAudit } from '../billing/audit-definitions.ts';
import { budgetAudit } from '../budgets/audit-definitions.ts';
import type { AuditDefinition, AuditDefinitions } from '../core/audit-definition.ts';
import type { AccountEventType } from '../core/events.ts';
import { correctionAudit } from '../corrections/audit-definitions.ts';
import { holdAudit } from '../holds/audit-definitions.ts';
import { orderAudit } from '../orders/audit-definitions.ts';
import { packAudit } from '../packs/audit-definitions.ts';
import { termsAudit } from '../terms/audit-definitions.ts';
import { warningAudit } from '../warnings/audit-definitions.ts';

/** Every event that there is, a second time: one that no audit follows does not compile. */
const auditedEvents: AuditDefinitions = {
  ...accountAudit,
  ...balanceAudit,
  ...termsAudit,
  ...budgetAudit,
  ...packAudit,
  ...holdAudit,
  ...correctionAudit,
  ...orderAudit,
  ...billingAudit,
  ...warningAudit,
};

/** What the audit does with the type of an event at hand: what it takes is that event. */
export function findAuditDefinition(type: AccountEventType): AuditDefinition<AccountEventType> {
  return auditedEvents[type] as AuditDefinition<AccountEventType>;
}
