export { runAudit } from './verify/audit.ts';
export type { AuditOptions, AuditProgress, AuditReport } from './verify/audit-options.ts';
export { auditDirectory } from './verify/audit-ledger.ts';
export { findingsKeptMax } from './finding.ts';
export type { Finding, FindingKind } from './finding.ts';
export { outsideCheckpoints } from './source/known-checkpoints.ts';
export { NoSuchData } from './source/open-log.ts';
export type { AuditedLog, AuditedPage } from './source/open-log.ts';
