import type { Position } from '#application/ports';
import type { PriceBookCatalog, ZoneDatabase } from '#domain';
import type { OutsideCheckpoint } from '#proofs';
import type { Finding, FindingKind } from '../finding.ts';
import type { AuditScope } from '../source/audit-scope.ts';
import type { KnownCheckpoints } from '../source/known-checkpoints.ts';
import type { ReadModelsAudit } from './read-models/read-models-audit.ts';

export interface AuditOptions {
  /** The books that came with Holdfast; those that the log publishes are added while it is read, here or to copies. */
  readonly priceBooks: PriceBookCatalog;
  /** Default everything. */
  readonly scope?: AuditScope;
  /** Read models that are compared with the log at their own positions. */
  readonly readModels?: readonly ReadModelsAudit[];
  /** Only findings of these kinds are kept; default all. */
  readonly wanted?: (kind: FindingKind) => boolean;
  /** What was read of the checkpoints beforehand; their roots are compared only with it. */
  readonly checkpoints?: KnownCheckpoints;
  /** What is known of time zones here; default what this machine knows. */
  readonly zones?: ZoneDatabase;
  /** Checkpoints that were kept outside. */
  readonly outside?: readonly OutsideCheckpoint[];
}

export interface AuditReport {
  /** The first {@link findingsKeptMax} of them. */
  readonly findings: readonly Finding[];
  /** How many there are. */
  readonly found: number;
  /** How many there are of kinds that were not wanted. */
  readonly others: number;
  readonly events: number;
  /** Of them those of accounts and streams that were asked for. */
  readonly followed: number;
  readonly streams: number;
  readonly accounts: number;
  /** The log was audited up to here. */
  readonly position: Position;
  /**
   * Time zones of which accounts state other changes than are known here, in the order of their names: no finding, for the
   * accounts were followed by what they state.
   */
  readonly otherZones: readonly string[];
  /** What was not looked at, and why. */
  readonly notes: readonly string[];
}

/** Is told now and then how many events were read, and how many there are if that is known. */
export type AuditProgress = (events: number, eventsToRead: number | undefined) => void;
