const eventStart = Buffer.from('{"kind":"event","place":');
const streamStart = Buffer.from(',"stream":"');
const [quote, zero, nine] = [0x22, 0x30, 0x39];

/**
 * The stream of an event, read from the beginning of its line alone. Undefined if the line is another's, or does not begin
 * as this program writes it: then all of it has to be read.
 */
export function streamOfEvent(line: Buffer): string | undefined {
  if (!line.subarray(0, eventStart.length).equals(eventStart)) return undefined;
  let at = eventStart.length;
  while (isDigit(line[at])) at += 1;
  const begin = at + streamStart.length;
  if (!line.subarray(at, begin).equals(streamStart)) return undefined;
  const end = line.indexOf(quote, begin);
  const stream = line.toString('utf8', begin, end);
  return end < 0 || stream.includes('\\') ? undefined : stream;
}

function isDigit(byte = 0): boolean {
  return byte >= zero && byte <= nine;
}
