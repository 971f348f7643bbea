// Numbers of Windows code pages to names of character sets. Source: the registry of code page identifiers of Windows.

import { decodeCharset } from '../mime/charset.ts';

const names: ReadonlyMap<number, string> = new Map([
  [437, 'windows-1252'],
  [850, 'windows-1252'],
  [866, 'ibm866'],
  [874, 'windows-874'],
  [932, 'shift_jis'],
  [936, 'gbk'],
  [949, 'euc-kr'],
  [950, 'big5'],
  [1200, 'utf-16le'],
  [10000, 'macintosh'],
  [20866, 'koi8-r'],
  [20932, 'euc-jp'],
  [21866, 'koi8-u'],
  [50220, 'iso-2022-jp'],
  [50221, 'iso-2022-jp'],
  [51932, 'euc-jp'],
  [51949, 'euc-kr'],
  [54936, 'gb18030'],
]);

/** Unknown pages are read as UTF-8 where the bytes are, else as windows-1252. */
export function decodeCodePage(bytes: Buffer, codePage: number): string {
  return decodeCharset(bytes, nameOf(codePage));
}

function nameOf(codePage: number): string {
  if (codePage >= 1250 && codePage <= 1258) return `windows-${codePage}`;
  if (codePage >= 28_591 && codePage <= 28_606) return `iso-8859-${codePage - 28_590}`;
  return names.get(codePage) ?? '';
}
