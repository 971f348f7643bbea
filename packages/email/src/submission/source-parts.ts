// Finds the parts of a message within its bytes, without decoding or copying any. Each byte is looked at once, whatever
// the nesting. Sources: RFC 2045 5 and 6, RFC 2046 5.1 (multiparts), RFC 2183 (disposition).

import { readParameters } from '../mime/read-fields.ts';
import { fileNameOf } from './file-name.ts';
import { endOfLine, rawValueOf, readSourceFields, type SourceField } from './source-fields.ts';

/** A part that is no multipart. A message within the message is one part: it is looked at as little as any other file. */
export type SourcePart = {
  /** In lower case; `text/plain` where none is told. */
  type: string;
  /** In lower case; empty where none is told. */
  charset: string;
  /** The transfer encoding in lower case; empty where none is told. */
  encoding: string;
  isAttachment: boolean;
  /** The names by which readers may know it; the first is the one to show. */
  fileNames: readonly string[];
  /** Its content within the body, without the line end that belongs to the boundary behind it. */
  start: number;
  end: number;
  /** Its own header within the body; empty for a message of one part. */
  headerStart: number;
  headerEnd: number;
  /** Something around it is signed or encrypted as a whole: no byte of it may become another one. */
  isSealed: boolean;
};

export type PartsReading = { kind: 'parts'; parts: SourcePart[] } | { kind: 'too_complex'; message: string };

export const nestingMax = 50;
export const partsMax = 1000;
/** In all parts together; a real part has five. */
export const partFieldsMax = 20_000;

type Level = {
  delimiter: Buffer;
  hash: number;
  partType: string;
  isSealed: boolean;
  /** Where its content starts. */
  start: number;
  hasParts: boolean;
};
type PartHeader = Omit<SourcePart, 'start' | 'end' | 'headerStart' | 'headerEnd' | 'isSealed'> & { boundary: string };

/** RFC 2046 5.1.1 allows 70 characters, and white space behind them. */
const delimiterLineMax = 1000;
/** From here on the call of a native comparison is worth it. */
const longDelimiterLength = 32;
const carriageReturn = 0x0d;
/** A comment or a forgotten semicolon may follow it. */
const leadingType = /^[^\s/(),]+\/[^\s/(),]+/;
const lineFeed = 0x0a;
const dash = 0x2d;
const dashesLength = 2;

/** `fields` are those of the message, `header` the bytes in which they stand. */
export function readSourceParts(header: Buffer, fields: readonly SourceField[], body: Buffer): PartsReading {
  return new PartsReader(body, true).read(describe(header, fields, 'text/plain'));
}

/**
 * For a message that cannot be refused any more: what is too deep is one file, what are too many parts belongs to the
 * last one, and a multipart in which no part begins is a text. `boundary` stands in for one that the message does not tell.
 */
export function readAllSourceParts(
  header: Buffer,
  fields: readonly SourceField[],
  body: Buffer,
  boundary?: string,
): SourcePart[] {
  const message = describe(header, fields, 'text/plain');
  const reading = new PartsReader(body, false).read({ ...message, boundary: boundary ?? message.boundary });
  return reading.kind === 'parts' ? reading.parts : [];
}

class PartsReader {
  readonly #body: Buffer;
  readonly #refuses: boolean;
  readonly #levels: Level[] = [];
  /** Those of the delimiters of all levels. */
  #hashes: ReadonlySet<number> = new Set();
  readonly #parts: SourcePart[] = [];
  /** The part whose end has not been seen. */
  #open: SourcePart | undefined;
  #partsSeen = 0;
  #fieldsSeen = 0;

  constructor(body: Buffer, refuses: boolean) {
    this.#body = body;
    this.#refuses = refuses;
  }

  read(message: PartHeader): PartsReading {
    let wrong = this.#begin(message, 0, 0);
    for (let line = this.#nextDelimiter(0); line !== -1 && !wrong; ) {
      const end = endOfLine(this.#body, line);
      const found = this.#levelOf(line, end);
      if (found) wrong = this.#passDelimiter(found, line, end);
      if (this.#levels.length === 0) break;
      line = this.#nextDelimiter(found && !found.isLast ? this.#contentStart : end);
    }
    if (wrong && this.#refuses) return { kind: 'too_complex', message: wrong };
    this.#close(this.#body.length);
    return { kind: 'parts', parts: this.#parts };
  }

  /** Where the content of the part begun last starts. */
  #contentStart = 0;

  #begin(header: PartHeader, headerStart: number, start: number): string | undefined {
    this.#contentStart = start;
    this.#partsSeen += 1;
    const { boundary, ...part } = header;
    const isSealed = this.#levels.some(level => level.isSealed);
    const isTooDeep = this.#levels.length >= nestingMax;
    if (part.type.startsWith('multipart/') && boundary !== '' && !(isTooDeep && !this.#refuses)) {
      if (isTooDeep) return `The parts of the message are nested more than ${nestingMax} deep.`;
      const delimiter = Buffer.from(`--${boundary}`);
      this.#levels.push({
        delimiter,
        hash: hashOf(delimiter, 0, delimiter.length),
        start,
        hasParts: false,
        partType: part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain',
        isSealed: part.type === 'multipart/signed' || part.type === 'multipart/encrypted',
      });
      this.#noteDelimiters();
      return undefined;
    }
    // A multipart that does not say where its parts end is one file.
    this.#open = { ...part, headerStart, headerEnd: start, start, end: start, isSealed };
    return undefined;
  }

  #close(end: number): void {
    if (this.#open) this.#parts.push({ ...this.#open, end: Math.max(this.#open.start, end) });
    else if (!this.#refuses) this.#keepText(end);
    this.#open = undefined;
  }

  /** That of a multipart in which no part has begun: its boundary was lost or changed. */
  #keepText(end: number): void {
    const level = this.#levels.at(-1);
    if (!level || level.hasParts || end <= level.start) return;
    this.#parts.push({ ...unknownText, start: level.start, end });
  }

  #noteDelimiters(): void {
    this.#hashes = new Set(this.#levels.map(({ hash }) => hash));
  }

  /** The next line from `from` on that begins with two dashes. */
  #nextDelimiter(from: number): number {
    for (let at = this.#body.indexOf(dash, from); at !== -1; ) {
      if ((at === 0 || this.#body[at - 1] === lineFeed) && this.#body[at + 1] === dash) return at;
      // No line begins before the next line end.
      const feed = this.#body.indexOf(lineFeed, at);
      if (feed === -1) return -1;
      at = this.#body.indexOf(dash, feed + 1);
    }
    return -1;
  }

  /** Byte by byte, because a hostile body has millions of such lines: texts made of them would take seconds. */
  #levelOf(line: number, end: number): { depth: number; isLast: boolean } | undefined {
    if (end - line > delimiterLineMax) return undefined;
    let textEnd = end;
    while (textEnd > line && isWhiteSpace(this.#body[textEnd - 1])) textEnd -= 1;
    const depth = this.#depthOf(line, textEnd);
    if (depth !== -1) return { depth, isLast: false };
    if (textEnd - line < 2 * dashesLength) return undefined;
    if (this.#body[textEnd - 1] !== dash || this.#body[textEnd - 2] !== dash) return undefined;
    const last = this.#depthOf(line, textEnd - 2);
    return last === -1 ? undefined : { depth: last, isLast: true };
  }

  /** The innermost level of several with one boundary; -1 for none. */
  #depthOf(start: number, end: number): number {
    // One look at the line, however many levels there are.
    if (!this.#hashes.has(hashOf(this.#body, start, end))) return -1;
    for (let depth = this.#levels.length - 1; depth >= 0; depth -= 1) {
      const delimiter = this.#levels[depth]?.delimiter;
      if (delimiter?.length === end - start && isAt(this.#body, start, delimiter)) return depth;
    }
    return -1;
  }

  #passDelimiter(found: { depth: number; isLast: boolean }, line: number, end: number): string | undefined {
    if (!found.isLast && this.#partsSeen >= partsMax) return `The message has more than ${partsMax} parts.`;
    const level = this.#levels[found.depth];
    if (level && !found.isLast) level.hasParts = true;
    this.#close(withoutLineEnd(this.#body, line));
    this.#levels.length = found.isLast ? found.depth : found.depth + 1;
    this.#noteDelimiters();
    if (found.isLast || !level) return undefined;
    const { fields, bodyStart } = readSourceFields(this.#body, end, false, partFieldsMax - this.#fieldsSeen);
    this.#fieldsSeen += fields.length;
    if (this.#fieldsSeen >= partFieldsMax && this.#refuses)
      return `The parts of the message have ${partFieldsMax} header fields or more.`;
    return this.#begin(describe(this.#body, fields, level.partType), end, bodyStart);
  }
}

/** A part whose header tells nothing. */
const unknownText: Omit<SourcePart, 'start' | 'end'> = {
  type: 'text/plain',
  charset: '',
  encoding: '',
  isAttachment: false,
  fileNames: [],
  headerStart: 0,
  headerEnd: 0,
  isSealed: false,
};

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let at = start + dashesLength; at < end; at += 1) hash = (Math.imul(hash, 0x01000193) ^ (bytes[at] ?? 0)) | 0;
  return hash;
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= carriageReturn);
}

/** Both begin with two dashes. */
function isAt(body: Buffer, start: number, delimiter: Buffer): boolean {
  if (delimiter.length > longDelimiterLength) {
    return body.compare(delimiter, 0, delimiter.length, start, start + delimiter.length) === 0;
  }
  for (let at = dashesLength; at < delimiter.length; at += 1) if (body[start + at] !== delimiter[at]) return false;
  return true;
}

/** The line end before a boundary belongs to the boundary (RFC 2046 5.1.1). */
function withoutLineEnd(body: Buffer, line: number): number {
  if (line === 0) return 0;
  return body[line - 2] === carriageReturn ? line - 2 : line - 1;
}

function describe(source: Buffer, fields: readonly SourceField[], typeByDefault: string): PartHeader {
  const value = (name: string) => {
    const field = fields.find(each => each.lowerName === name);
    return field ? rawValueOf(source, field) : '';
  };
  const content = readParameters(value('content-type'));
  const disposition = readParameters(value('content-disposition'));
  const names = [fileNameOf(disposition.parameters, 'filename'), fileNameOf(content.parameters, 'name')];
  return {
    type: leadingType.exec(content.value)?.[0] ?? typeByDefault,
    charset: content.parameters.get('charset')?.toLowerCase() ?? '',
    encoding: readParameters(value('content-transfer-encoding')).value,
    isAttachment: disposition.value === 'attachment',
    fileNames: names.filter(name => name !== ''),
    boundary: content.parameters.get('boundary')?.trimEnd() ?? '',
  };
}
