/** Size of a buffer before it has to grow, in bytes. */
const bytesAtFirst = 64 * 1024;

/** UTF-8 takes no more for a UTF-16 code unit. */
const bytesPerUnitMax = 3;

const [zero, minus, space, lineFeed] = [48, 45, 32, 10];

/**
 * Texts and numbers written one after the other into one buffer, as UTF-8. What is joined from strings instead is a tree
 * of small ones, which the garbage collector copies as long as anybody waits.
 */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  /** @param memory to be written over. */
  constructor(memory: ArrayBuffer = new ArrayBuffer(bytesAtFirst)) {
    this.#buffer = Buffer.from(memory);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** What was written: a view, which is right until more is. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** All of the buffer, to be handed to another thread without a copy. Nothing can be written here afterwards. */
  get memory(): ArrayBuffer {
    return this.#buffer.buffer as ArrayBuffer;
  }

  /** Takes back what was written behind a length. */
  cutTo(length: number): void {
    this.#length = length;
  }

  text(text: string): void {
    this.#ensure(text.length * bytesPerUnitMax);
    this.#length += this.#buffer.write(text, this.#length);
  }

  copy(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A whole number in decimal digits. */
  number(number: number): void {
    if (number < 0) this.#byte(minus);
    let rest = Math.abs(number);
    let digits = 1;
    for (let bound = 10; bound <= rest; bound *= 10) digits += 1;
    this.#ensure(digits);
    for (let at = this.#length + digits - 1; at >= this.#length; at -= 1) {
      this.#buffer[at] = zero + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.#length += digits;
  }

  space(): void {
    this.#byte(space);
  }

  endLine(): void {
    this.#byte(lineFeed);
  }

  #byte(byte: number): void {
    this.#ensure(1);
    this.#buffer[this.#length] = byte;
    this.#length += 1;
  }

  #ensure(bytes: number): void {
    const wanted = this.#length + bytes;
    if (wanted <= this.#buffer.length) return;
    const larger = Buffer.from(new ArrayBuffer(Math.max(2 * this.#buffer.length, wanted)));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}
