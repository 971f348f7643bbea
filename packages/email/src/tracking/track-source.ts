// Puts tracked links and the pixel into a message that came as a source: into the texts within its parts, decoded and
// encoded again as they were. Every other byte stays, also those of parts that need no change.

import { isUtf8 } from 'node:buffer';
import { encodeQuotedPrintable, wrapBase64 } from '../mime/transfer-encoding.ts';
import { decodedBytes, isBody } from '../submission/read-bodies.ts';
import { readSourceFields } from '../submission/source-fields.ts';
import { readSourceParts, type SourcePart } from '../submission/source-parts.ts';
import {
  fill,
  type Pieces,
  planHtml,
  planText,
  type TrackingSwitches,
  type TrackingUrls,
  tracksHtml,
  tracksText,
} from './track-bodies.ts';

type Source = { header: Buffer; body: Buffer };
type PartPlan = { part: SourcePart; view: View; pieces: Pieces };

export type SourcePlan = { body: Buffer; parts: PartPlan[] };

/** How the bytes of a text are looked at: as what they say, or each for itself where that is not UTF-8. */
type View = 'utf8' | 'latin1';

/** Character sets in which a byte that looks like ASCII may be another character. */
const notLikeAscii = /^(?:utf-?(?:7|16|32)|iso-2022|hz-|ucs|unicode|ebcdic)/;

/** Undefined when there is nothing to track. What is signed or encrypted as a whole stays as it is. */
export function planSourceTracking({ header, body }: Source, switches: TrackingSwitches): SourcePlan | undefined {
  const { fields } = readSourceFields(header, 0, false);
  const reading = readSourceParts(header, fields, body);
  if (reading.kind === 'too_complex') return undefined;
  const texts = reading.parts
    .filter(part => isBody(part) && !part.isSealed && !notLikeAscii.test(part.charset))
    .map(part => ({ part, ...viewOf(decodedBytes(body, part)) }));
  const htmls = texts.filter(({ part, text }) => part.type === 'text/html' && text !== '');
  const plans: PartPlan[] = [];
  const unmarked = new Set<string>();
  for (const { part, view, text } of htmls) {
    // Mail programs cut HTML around pictures; the message ends with the last piece.
    const pixel = switches.opens && part === htmls.at(-1)?.part;
    const plan = planHtml(text, { links: tracksHtml(switches), pixel });
    for (const target of plan.unmarked) unmarked.add(target);
    if (plan.html) plans.push({ part, view, pieces: plan.html });
  }
  for (const { part, view, text } of texts) {
    if (part.type !== 'text/plain' || !tracksText(switches)) continue;
    const pieces = planText(text, unmarked);
    if (pieces) plans.push({ part, view, pieces });
  }
  if (plans.length === 0) return undefined;
  return { body, parts: plans.toSorted((a, b) => a.part.start - b.part.start) };
}

/** The body of one recipient. Lines may have become longer than a server has to take. */
export function fillSourceTracking({ body, parts }: SourcePlan, urls: TrackingUrls): Buffer {
  const pieces: Buffer[] = [];
  let end = 0;
  for (const { part, view, pieces: texts } of parts) {
    pieces.push(body.subarray(end, part.start), encoded(Buffer.from(fill(texts, urls), view), part.encoding));
    end = part.end;
  }
  return Buffer.concat([...pieces, body.subarray(end)]);
}

function viewOf(bytes: Buffer): { view: View; text: string } {
  const view = isUtf8(bytes) ? 'utf8' : 'latin1';
  return { view, text: bytes.toString(view) };
}

function encoded(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return wrapBase64(bytes.toString('base64'));
  if (encoding === 'quoted-printable') return encodeQuotedPrintable(bytes);
  return bytes;
}
