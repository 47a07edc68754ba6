/** An event can be read, but cannot have happened after what came before it. */
export class ContradictingEvent extends Error {
  override readonly name = 'ContradictingEvent';
}
