import { Leases, type LeasesState } from '#application/ports';

/** For a process that works alone: nobody is asked, nobody is waited for. */
export class NoLeases extends Leases {
  override take(): undefined {
    return undefined;
  }

  override done(): void {
    // There is nothing to hand over.
  }

  override holds(): boolean {
    return false;
  }

  override state(): LeasesState {
    return { mode: 'off', trouble: undefined, refusal: undefined, held: 0, wentWithout: 0 };
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}
