/** The service cannot start as things are; the message says what to do. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
