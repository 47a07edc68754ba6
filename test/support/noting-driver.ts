import type { Command, Decision } from '#domain';
import { AccountDriver } from './account-driver.ts';

/** Notes what was sent last. */
export class NotingDriver extends AccountDriver {
  last: Command | undefined;

  override send(command: Command): Decision {
    this.last = command;
    return super.send(command);
  }
}
