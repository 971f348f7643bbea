// Finds addresses in what programs and people write: `<ana@buyer.test>:`, `rfc822;ana@buyer.test`, `mailto:` and prose.

import { readAddress } from '../address/address-spec.ts';

const addressesMax = 100;
const localPartLengthMax = 64;
const domainLengthMax = 255;
const outsideAddress =
  /[\s<>()[\]{},;:"'`\\|\u2018\u2019\u201c\u201d\u00ab\u00bb\u3000-\u3002\uff08\uff09\uff0c\uff1a\uff1b]/;

export type FoundAddress = { address: string; start: number; end: number };

/** In the order of the text, as written there; at most 100. Around each `@` it looks no further than an address may reach. */
export function findAddresses(text: string): FoundAddress[] {
  const found: FoundAddress[] = [];
  for (let at = text.indexOf('@'); at !== -1 && found.length < addressesMax; at = text.indexOf('@', at + 1)) {
    const start = startOfLocalPart(text, at);
    let end = at + 1;
    while (end < text.length && end - at <= domainLengthMax && !isOutside(text[end])) end += 1;
    // A sentence may end behind the address.
    while (end > at + 1 && /[.*!?/=]/.test(text[end - 1] ?? '')) end -= 1;
    const address = withoutQuotes(text.slice(start, end));
    const reading = readAddress(address, { allowNonAsciiMailboxes: true });
    if (reading.kind === 'address') found.push({ address, start, end });
  }
  return found;
}

export function addressesIn(text: string): string[] {
  return [...new Set(findAddresses(text).map(found => found.address))];
}

/** The one address that a field is about, with its type before it (`rfc822;`); undefined for none. */
export function addressOfField(value: string): string | undefined {
  return findAddresses(decodeUtf8Address(value))[0]?.address;
}

function startOfLocalPart(text: string, at: number): number {
  if (text[at - 1] === '"') {
    const quote = text.lastIndexOf('"', at - 2);
    if (quote !== -1 && at - quote <= localPartLengthMax + 2 && !text.slice(quote, at).includes('\n')) return quote;
  }
  let start = at;
  while (start > 0 && at - start < localPartLengthMax && !isOutside(text[start - 1])) start -= 1;
  while (start < at && /[*.]/.test(text[start] ?? '')) start += 1;
  return start;
}

function isOutside(character: string | undefined): boolean {
  return character === undefined || character === '@' || outsideAddress.test(character);
}

/** RFC 5321 4.1.2 quotes local parts that we take without quotes, such as `"a..b"`. */
function withoutQuotes(address: string): string {
  const quoted = /^"([^"]*)"@/.exec(address);
  return quoted ? `${(quoted[1] ?? '').replace(/\\(.)/g, '$1')}${address.slice(quoted[0].length - 1)}` : address;
}

/** RFC 6533 3: in the form `utf-8` a character may stand as `\x{E4}`. */
function decodeUtf8Address(value: string): string {
  if (!/^\s*utf-8\s*;/i.test(value)) return value;
  return value.replace(/\\x\{([0-9a-f]{1,6})\}/gi, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code > 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
