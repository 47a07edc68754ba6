import { defineAudit } from '../core/audit-definition.ts';

/** A warning moves nothing. Whether it had a reason the audit of warnings says, which is told of every event. */
export const warningAudit = defineAudit({
  'warning-raised.v1': { isNotice: true, isByItself: true, follow: () => undefined },
});
