import { unpackedFile } from './container.ts';
import { LineSplitter } from './line-splitter.ts';

/** Of a line that begins a stream: the first event of all, or what it had come to before a period. */
const beginnings = [Buffer.from('"revision":0,'), Buffer.from('{"kind":"start"')];

/** In so many bytes of a line its revision is come to. */
const lineStartBytes = 256;

/** How many streams a bundle has, as far as it can be read; some of a part may be counted twice. */
export async function streamsInBundle(file: string): Promise<number> {
  const splitter = new LineSplitter();
  let streams = 0;
  try {
    for await (const piece of unpackedFile(file)) {
      for (const line of splitter.split(piece)) {
        const start = line.subarray(0, lineStartBytes);
        if (beginnings.some((beginning) => start.includes(beginning))) streams += 1;
      }
    }
  } catch {
    // What is wrong with it is for an audit to say.
  }
  return streams;
}
