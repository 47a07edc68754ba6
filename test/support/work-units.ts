import { type Profiler, Session } from 'node:inspector';

/** Counts the work that our own code does on this thread: how often each of its functions and blocks is entered. */
export class WorkUnits {
  readonly #session = new Session();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Units since the last time this was asked. */
  count(): number {
    let units = 0;
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      units = result.filter(isOurs).reduce((sum, script) => sum + unitsIn(script), 0);
    });
    return units;
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}

function isOurs({ url }: Profiler.ScriptCoverage): boolean {
  return /\/(libs|apps)\/[\w-]+\/src\//.test(url);
}

function unitsIn({ functions }: Profiler.ScriptCoverage): number {
  return functions.reduce((sum, { ranges }) => sum + ranges.reduce((all, { count }) => all + count, 0), 0);
}
