// Reads little-endian numbers and stretches of bytes, and never beyond the end: what is missing is undefined.

export class ByteReader {
  position = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get bytesLeft(): number {
    return this.bytes.length - this.position;
  }

  byte(): number | undefined {
    return this.bytesLeft < 1 ? undefined : this.bytes[this.position++];
  }

  uint16(): number | undefined {
    if (this.bytesLeft < 2) return undefined;
    this.position += 2;
    return this.bytes.readUInt16LE(this.position - 2);
  }

  uint32(): number | undefined {
    if (this.bytesLeft < 4) return undefined;
    this.position += 4;
    return this.bytes.readUInt32LE(this.position - 4);
  }

  /** A view, no copy; undefined when less is there. */
  take(length: number): Buffer | undefined {
    if (length > this.bytesLeft) return undefined;
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  /** False when the bytes end before. */
  skip(length: number): boolean {
    return this.take(length) !== undefined;
  }
}
