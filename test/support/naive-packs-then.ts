import type { AccountEvent } from '#domain';

/*
 * Where the units of each pack of an account were at a moment, added up from its events. Shares no code with the domain model.
 */

interface Counts {
  readonly expiresAt: number;
  free: number;
  reserved: number;
  used: number;
  over: boolean;
}

interface Reservation {
  readonly packId: string;
  readonly units: number;
}

export class NaivePacksThen {
  readonly #packs = new Map<string, Counts>();
  /** Of open holds. */
  readonly #reserved = new Map<string, readonly Reservation[]>();

  take({ type, data }: AccountEvent): void {
    switch (type) {
      case 'pack-bought.v1':
      case 'pack-granted.v1':
      case 'trial-started.v1': {
        const { packId, units, expiresAt } = data;
        this.#packs.set(packId, { expiresAt, free: units, reserved: 0, used: 0, over: false });
        return;
      }
      case 'pack-expired.v1':
      case 'pack-refunded.v1':
        this.#of(data.packId).over = true;
        return;
      case 'funds-frozen.v1':
        this.#reserved.set(data.holdId, data.packs ?? []);
        for (const { packId, units } of data.packs ?? []) {
          this.#of(packId).free -= units;
          this.#of(packId).reserved += units;
        }
        return;
      case 'hold-settled.v1':
        this.end(data.holdId, data.packs ?? []);
        return;
      case 'hold-released.v1':
      case 'hold-expired.v1':
        this.end(data.holdId, []);
        return;
      case 'hold-settled-late.v1':
        for (const { packId, units, reclaimed } of data.packs ?? []) {
          this.#of(packId).free -= units - (reclaimed?.units ?? 0);
          this.#of(packId).used += units;
        }
        return;
      default:
    }
  }

  /** The hold is over: what was not used comes back. What comes back to a pack that is over is not seen any more. */
  end(holdId: string, used: readonly Reservation[]): void {
    for (const { packId, units } of this.#reserved.get(holdId) ?? []) {
      const pack = this.#of(packId);
      const gone = used.find((each) => each.packId === packId)?.units ?? 0;
      pack.reserved -= units;
      pack.used += gone;
      pack.free += units - gone;
    }
    this.#reserved.delete(holdId);
  }

  /** `id free reserved used` of every pack that can be used at a moment, in the order in which they came. */
  at(moment: number): readonly string[] {
    return [...this.#packs]
      .filter(([, { over, expiresAt, free, reserved }]) => !over && moment < expiresAt && free + reserved > 0)
      .map(([packId, { free, reserved, used }]) => [packId, free, reserved, used].join(' '));
  }

  #of(packId: string): Counts {
    const pack = this.#packs.get(packId);
    if (pack === undefined) throw new Error(`no pack ${packId}`);
    return pack;
  }
}
