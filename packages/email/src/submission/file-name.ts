// Reads the name of a file out of the parameters of a header field, in every way in which it is written.
// Sources: RFC 2231 3 and 4 (cut into pieces, percent signs, character sets), RFC 2047, which many use all the same.

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { decodeCharset } from '../mime/charset.ts';
import { cleanText } from './source-fields.ts';

const piecesMax = 100;

/** `parameter` is `filename` or `name`. Empty when there is none. */
export function fileNameOf(parameters: ReadonlyMap<string, string>, parameter: string): string {
  const whole = parameters.get(`${parameter}*`);
  if (whole !== undefined) return cleanText(decodeExtended(whole));
  const pieces = piecesOf(parameters, parameter);
  if (pieces !== undefined) return cleanText(pieces);
  return cleanText(decodeEncodedWords(parameters.get(parameter) ?? ''));
}

/** `filename*0*=utf-8''%C3%9Cb; filename*1="er.pdf"`. */
function piecesOf(parameters: ReadonlyMap<string, string>, parameter: string): string | undefined {
  const bytes: Buffer[] = [];
  let charset = '';
  for (let number = 0; number < piecesMax; number += 1) {
    const encoded = parameters.get(`${parameter}*${number}*`);
    const plain = parameters.get(`${parameter}*${number}`);
    if (encoded === undefined && plain === undefined) break;
    if (encoded === undefined) {
      bytes.push(Buffer.from(plain ?? ''));
      continue;
    }
    const quoted = number === 0 ? splitExtended(encoded) : { charset, text: encoded };
    if (number === 0) charset = quoted.charset;
    bytes.push(unescapeBytes(quoted.text));
  }
  return bytes.length === 0 ? undefined : decodeCharset(Buffer.concat(bytes), charset);
}

function decodeExtended(text: string): string {
  const { charset, text: escaped } = splitExtended(text);
  return decodeCharset(unescapeBytes(escaped), charset);
}

/** `charset'language'text`; some leave both out. */
function splitExtended(text: string): { charset: string; text: string } {
  const first = text.indexOf("'");
  const second = first === -1 ? -1 : text.indexOf("'", first + 1);
  if (second === -1) return { charset: '', text };
  return { charset: text.slice(0, first).toLowerCase(), text: text.slice(second + 1) };
}

function unescapeBytes(text: string): Buffer {
  const bytes = Buffer.from(text).toString('latin1');
  const plain = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}
