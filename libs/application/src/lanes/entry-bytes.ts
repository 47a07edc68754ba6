import type { Command, Metadata } from '#domain';
import type { LaneEntry } from './entry.ts';

/** A request that waits takes about so many bytes besides what its caller chose: with all that will send its answer. */
const requestBytes = 2_048;

/** The largest body of terms. */
const termsBytes = 16 * 1_024;

/** About how many bytes of memory an entry takes while it waits. */
export function entryBytes(entry: LaneEntry): number {
  if (entry.kind === 'look') return requestBytes;
  return entry.requests.reduce((sum, { command }) => sum + requestBytes + chosenBytes(command), 0);
}

function chosenBytes(command: Command): number {
  switch (command.kind) {
    case 'freeze':
    case 'open-account':
      return textsBytes(command.metadata);
    case 'settle':
      return textsBytes(command.evidence);
    case 'change-terms':
      return termsBytes;
    default:
      return 0;
  }
}

/** Two bytes for each character, as for those that are not Latin. */
function textsBytes(texts: Metadata | null): number {
  if (texts === null) return 0;
  return 2 * Object.entries(texts).reduce((sum, [name, text]) => sum + name.length + text.length, 0);
}
