/*
 * Preloaded (`--import`) into a service: its time-zone database is a newer one, by which the clocks of one zone change
 * otherwise from a moment on. Whatever asks the runtime for local time is answered by it.
 */

/** From a moment on the clocks of a zone are farther ahead of UTC than the machine's own database says. */
export interface DoctoredZone {
  readonly timeZone: string;
  /** ms since 1970. */
  readonly from: number;
  readonly byMs: number;
  /** Of the database. */
  readonly version: string;
}

const zone = process.env['DOCTORED_ZONE'];
if (zone !== undefined) doctor(JSON.parse(zone) as DoctoredZone);

function doctor({ timeZone, from, byMs, version }: DoctoredZone): void {
  const True = Intl.DateTimeFormat;
  class Doctored extends True {
    override format = (date?: Date | number): string => super.format(this.#moved(date));

    override formatToParts(date?: Date | number): Intl.DateTimeFormatPart[] {
      return super.formatToParts(this.#moved(date));
    }

    #moved(date: Date | number = Date.now()): number {
      const at = Number(date);
      return this.resolvedOptions().timeZone === timeZone && at >= from ? at + byMs : at;
    }
  }
  Object.defineProperty(Intl, 'DateTimeFormat', { value: Doctored });
  Object.defineProperty(process, 'versions', { value: { ...process.versions, tz: version } });
}
