/** An event could not be read back: its type is unknown, or its data is not what its type says. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}
