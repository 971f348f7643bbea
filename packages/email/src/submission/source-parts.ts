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

type Level = { delimiter: Buffer; partType: string; isSealed: boolean };
type PartHeader = Omit<SourcePart, 'start' | 'end' | 'headerStart' | 'headerEnd' | 'isSealed'> & { boundary: string };

/** RFC 2046 5.1.1 allows 70 characters, and white space behind them. */
const delimiterLineMax = 1000;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const dash = 0x2d;
const dashesLength = 2;

/** `fields` are those of the message, `header` the bytes in which they stand. */
export function readSourceParts(header: Buffer, fields: readonly SourceField[], body: Buffer): PartsReading {
  return new PartsReader(body).read(describe(header, fields, 'text/plain'));
}

class PartsReader {
  readonly #body: Buffer;
  readonly #levels: Level[] = [];
  readonly #parts: SourcePart[] = [];
  /** The part whose end has not been seen. */
  #open: SourcePart | undefined;
  #partsSeen = 0;
  #fieldsSeen = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  read(message: PartHeader): PartsReading {
    let wrong = this.#begin(message, 0, 0);
    for (let line = this.#nextDelimiter(0); line !== -1 && !wrong; ) {
      if (!this.#levels.some(({ delimiter }) => isAt(this.#body, line, delimiter))) {
        line = this.#nextDelimiter(line + dashesLength);
        continue;
      }
      const end = endOfLine(this.#body, line);
      const found = this.#levelOf(line, end);
      if (found) wrong = this.#passDelimiter(found, line, end);
      if (this.#levels.length === 0) break;
      line = this.#nextDelimiter(found && !found.isLast ? this.#contentStart : end);
    }
    if (wrong) return { kind: 'too_complex', message: wrong };
    this.#close(this.#body.length);
    return { kind: 'parts', parts: this.#parts };
  }

  /** Where the content of the part begun last starts. */
  #contentStart = 0;

  #begin(header: PartHeader, headerStart: number, start: number): string | undefined {
    this.#contentStart = start;
    this.#partsSeen += 1;
    if (this.#partsSeen > partsMax) return `The message has more than ${partsMax} parts.`;
    const { boundary, ...part } = header;
    const isSealed = this.#levels.some(level => level.isSealed);
    if (part.type.startsWith('multipart/') && boundary !== '') {
      if (this.#levels.length >= nestingMax) return `The parts of the message are nested more than ${nestingMax} deep.`;
      this.#levels.push({
        delimiter: Buffer.from(`--${boundary}`),
        partType: part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain',
        isSealed: part.type === 'multipart/signed' || part.type === 'multipart/encrypted',
      });
      return undefined;
    }
    // A multipart that does not say where its parts end is one file.
    this.#open = { ...part, headerStart, headerEnd: start, start, end: start, isSealed };
    return undefined;
  }

  #close(end: number): void {
    if (this.#open) this.#parts.push({ ...this.#open, end: Math.max(this.#open.start, end) });
    this.#open = undefined;
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
    if (this.#body[textEnd - 1] !== dash || this.#body[textEnd - 2] !== dash) return undefined;
    const last = this.#depthOf(line, textEnd - 2);
    return last === -1 ? undefined : { depth: last, isLast: true };
  }

  /** The innermost level of several with one boundary; -1 for none. */
  #depthOf(start: number, end: number): number {
    for (let depth = this.#levels.length - 1; depth >= 0; depth -= 1) {
      const delimiter = this.#levels[depth]?.delimiter;
      if (delimiter?.length === end - start && isAt(this.#body, start, delimiter)) return depth;
    }
    return -1;
  }

  #passDelimiter(found: { depth: number; isLast: boolean }, line: number, end: number): string | undefined {
    this.#close(withoutLineEnd(this.#body, line));
    const level = this.#levels[found.depth];
    this.#levels.length = found.isLast ? found.depth : found.depth + 1;
    if (found.isLast || !level) return undefined;
    const { fields, bodyStart } = readSourceFields(this.#body, end, false, partFieldsMax - this.#fieldsSeen);
    this.#fieldsSeen += fields.length;
    if (this.#fieldsSeen >= partFieldsMax)
      return `The parts of the message have ${partFieldsMax} header fields or more.`;
    return this.#begin(describe(this.#body, fields, level.partType), end, bodyStart);
  }
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= carriageReturn);
}

/** Both begin with two dashes. */
function isAt(body: Buffer, start: number, delimiter: Buffer): boolean {
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
    type: /^[^\s/]+\/[^\s/]+$/.test(content.value) ? content.value : typeByDefault,
    charset: content.parameters.get('charset')?.toLowerCase() ?? '',
    encoding: readParameters(value('content-transfer-encoding')).value,
    isAttachment: disposition.value === 'attachment',
    fileNames: names.filter(name => name !== ''),
    boundary: content.parameters.get('boundary')?.trimEnd() ?? '',
  };
}
