// From the bytes of a request's body to what its endpoint's schema describes, or to the refusal that names the mistake.
// What is tolerated follows what the official clients and Postmark's own samples send.

import { isUtf8 } from 'node:buffer';
import JSON5 from 'json5';
import type { TSchema } from 'typebox';
import { Refusal } from '../../refusals.ts';
import { compileReader } from './canonical-reader.ts';
import { jsonLevelsMax } from './reading.ts';

export type BodyReader = (bytes: Buffer | undefined) => unknown;

/** The second attempt costs a hundred times the first (256 KB: 30 to 110 ms), so only bodies typed by hand get it. */
const tolerantBytesMax = 32 * 1024;

/** The reader throws `Refusal`: json_invalid (402) or fields_invalid (403). */
export function compileBodyReader(schema: TSchema): BodyReader {
  const read = compileReader(schema);
  const isList = (schema as { type?: unknown }).type === 'array';

  return bytes => {
    const { json, hasOddText } = parseBody(bytes);
    const result = read(json ?? (isList ? [] : {}), hasOddText);
    if (result.kind === 'read') return result.value;
    if (result.kind === 'too_deep')
      throw new Refusal(
        'json_invalid',
        `Received invalid JSON input. It is nested deeper than ${jsonLevelsMax} levels.`,
      );
    throw new Refusal('fields_invalid', `Invalid request field(s): ${result.fields.join(', ')}`);
  };
}

type ParsedBody = { json: unknown; hasOddText: boolean };

/** No bytes at all count as `null`: Postmark's clients send the JSON content type with an empty body. */
function parseBody(bytes: Buffer | undefined): ParsedBody {
  if (bytes === undefined || bytes.length === 0) return { json: null, hasOddText: false };
  if (!isUtf8(bytes)) throw new Refusal('json_invalid', 'Received invalid JSON input. It is not encoded in UTF-8.');
  let text = bytes.toString('utf8');
  // A byte order mark, which some .NET writers put first.
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  try {
    return { json: JSON.parse(text) as unknown, hasOddText: mayHoldOddText(text) };
  } catch {
    if (text.trim() === '') return { json: null, hasOddText: false };
    return { json: parseTolerantly(text, bytes.length), hasOddText: true };
  }
}

/**
 * JSON can bring a NUL, or half of a surrogate pair, only as an escape (RFC 8259 7). Looking for the escapes here spares
 * the reader a look at each text; a false alarm costs only that look.
 */
function mayHoldOddText(text: string): boolean {
  return text.includes('\\u') && /\\u(0000|d[89a-f])/i.test(text);
}

/** Reads what is bad only by unquoted names or single quotes, as in the curl samples of Postmark's documentation. */
function parseTolerantly(text: string, byteLength: number): unknown {
  if (byteLength > tolerantBytesMax) throw new Refusal('json_invalid');
  try {
    return JSON5.parse(text, refuseNumbersThatJsonCannotSay);
  } catch {
    throw new Refusal('json_invalid');
  }
}

function refuseNumbersThatJsonCannotSay(_name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new SyntaxError('NaN and Infinity are not JSON.');
  return value;
}
