// Finds what somebody wrote in answer to a mail, without the mail that his program quotes and without his signature. Goes
// by lines: which of them are quoted, which introduce a quotation, where history begins that nothing marks line by line.
// The wordings of programs are data in reply-wordings.ts. Sources: RFC 3676 4.3 (the line before a signature) and 4.5 (quotes).

import {
  attributionRules,
  forwardedMessageWords,
  type HeaderLabel,
  headerLabels,
  originalMessageWords,
  replyAboveWords,
  signatureLines,
} from './reply-wordings.ts';

/** No program writes a longer line between answer and history. Longer ones are looked at no further, however many they are. */
const tellingLineLengthMax = 300;
const attributionLinesMax = 4;
/** Lines of one header block, with addressees that take several and the empty lines of programs that double them. */
const headerBlockLinesMax = 14;
/** `--` that lost its space begins a signature only if no more than this follows; else it divides what was written. */
const signatureLinesMax = 12;
const linesAfterSentFromMax = 4;
/** Nobody writes more; the rest of a longer text, which is a log or an attack, stands in the whole text only. */
export const replyLinesMax = 30_000;

/**
 * The answer alone; empty when nothing of it remains. Answers between quoted lines keep the lines they answer. A forwarded
 * mail is kept as it is where its program says that it is one; Outlook says the same of an answer and of a forwarded mail,
 * so there it goes.
 */
export function stripReply(text: string): string {
  const lines = text.split(/\r\n|\n|\r/, replyLinesMax);
  const { kinds, end, forwarded } = readLines(lines);
  dropSignatures(lines, kinds, end);
  const kept = lines.slice(0, end).filter((_, position) => kinds[position] === written || kinds[position] === quoted);
  const kindsKept = kinds.subarray(0, end).filter(kind => kind === written || kind === quoted);
  const answer = withoutEmptyEnds(withoutHistory(kept, kindsKept));
  if (forwarded === undefined) return answer;
  return `${answer}${answer === '' ? '' : '\n\n'}${withoutEmptyEnds(lines.slice(forwarded))}`;
}

const written = 0;
const quoted = 1;
const dropped = 2;

type Reading = {
  /** One for each line: written, quoted, or dropped because it introduces a quotation. */
  kinds: Uint8Array;
  /** The line where history, or a forwarded mail, begins. */
  end: number;
  forwarded: number | undefined;
};

function readLines(lines: readonly string[]): Reading {
  const kinds = new Uint8Array(lines.length);
  for (let position = 0; position < lines.length; position += 1) {
    const line = lines[position] ?? '';
    if (isQuoted(line)) {
      kinds[position] = quoted;
      continue;
    }
    if (line === '') continue;
    const plain = plainLine(line);
    if (plain === '') continue;
    if (isForwardMark(plain)) return { kinds, end: position, forwarded: position };
    if (isHistoryMark(plain) || opensHeaderBlock(lines, position, plain))
      return { kinds, end: position, forwarded: undefined };
    const start = startOfAttribution(lines, kinds, position, plain);
    if (start === undefined) continue;
    // What follows it unmarked is history to the end: Yahoo and Outlook quote so.
    if (!isQuoteNext(lines, position)) return { kinds, end: start, forwarded: undefined };
    kinds.fill(dropped, start, position + 1);
  }
  joinBrokenQuotes(lines, kinds);
  return { kinds, end: lines.length, forwarded: undefined };
}

/** `>= 5`, `>_<` and `>:(` are no quotes. */
function isQuoted(line: string): boolean {
  return /^ {0,3}>(?![=_]|:[()])/.test(line);
}

/** In lower case, without what cannot be seen, bold marks and white space around; empty for what is too long to tell anything. */
function plainLine(line: string): string {
  if (line.length > tellingLineLengthMax) return '';
  return line
    .normalize('NFC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\s\u00a0\u202f]+/g, ' ')
    .replaceAll('\u2019', "'")
    .trim()
    .toLowerCase()
    .replaceAll('i\u0307', 'i');
}

/** The words between dashes and the like; undefined when the line does not begin with at least two of them. */
function wordsBetweenDashes(plain: string): string | undefined {
  const match = /^[-_=*~—–+|]{2,} ?/.exec(plain);
  if (!match) return undefined;
  let end = plain.length;
  while (end > match[0].length && '-_=*~—–+| :：'.includes(plain.charAt(end - 1))) end -= 1;
  return plain.slice(match[0].length, end);
}

function isForwardMark(plain: string): boolean {
  const between = wordsBetweenDashes(plain);
  if (between !== undefined) return forwardedMessageWords.has(between) || between.startsWith('forwarded by ');
  return /[:：]$/.test(plain) && forwardedMessageWords.has(plain.slice(0, -1).trim());
}

function isHistoryMark(plain: string): boolean {
  const between = wordsBetweenDashes(plain);
  if (between !== undefined && originalMessageWords.has(between)) return true;
  return replyAboveWords.test(plain);
}

/** A header block without dashes before it: sender and subject, and a date or recipients, close together. */
function opensHeaderBlock(lines: readonly string[], position: number, plain: string): boolean {
  // A line of underscores belongs to the block that follows it: Outlook on the web and on phones.
  const start = /^_{10,}$/.test(plain) ? nextFilled(lines, position + 1) : position;
  const first = labelOf(start === position ? plain : plainLine(lines[start] ?? ''));
  if (first === undefined) return false;
  const labels = new Set([first]);
  const end = Math.min(lines.length, start + headerBlockLinesMax);
  for (let next = start + 1; next < end; next += 1) {
    const label = labelOf(plainLine(lines[next] ?? ''));
    if (label !== undefined) labels.add(label);
  }
  return labels.has('from') && labels.has('subject') && (labels.has('date') || labels.has('to'));
}

/** `*From:*` and `From :` are the same label. */
function labelOf(plain: string): HeaderLabel | undefined {
  const colon = plain.slice(0, 30).search(/[:：]/);
  if (colon < 1) return undefined;
  return headerLabels.get(plain.slice(0, colon).replaceAll('*', '').trim());
}

/** The first line of the attribution that ends with this one. */
function startOfAttribution(
  lines: readonly string[],
  kinds: Uint8Array,
  end: number,
  last: string,
): number | undefined {
  const isBeforeQuote = isQuoteNext(lines, end);
  if (!/[:：]$|-{2,}$/.test(last) && !(isBeforeQuote && last.endsWith('>'))) return undefined;

  let joined = '';
  let nearest: number | undefined;
  for (let position = end; position > end - attributionLinesMax && position >= 0; position -= 1) {
    const plain = kinds[position] === written ? plainLine(lines[position] ?? '') : '';
    if (plain === '') break;
    joined = position === end ? plain : `${plain} ${joined}`;
    // A beginning that is known, further up, is better than one that only might be.
    const certainty = readAttribution(joined, isBeforeQuote);
    if (certainty === 'begins_here') return position;
    if (certainty === 'possible') nearest ??= position;
    else if (nearest === position + 1 && isPartOfDate(plain)) nearest = position;
  }
  return nearest;
}

/** A date or an address that was wrapped stands on the line above. */
function isPartOfDate(plain: string): boolean {
  return plain.length > 20 && (hasDate.test(plain) || hasAddress.test(plain));
}

/** What Gmail wrote once, in all languages: `2013/11/1 Ann Berg <ann@client.test>`. */
const datedAddress = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2} .*<[^<>\s]+@[^<>\s]+>$/;
const anyVerb = new RegExp(attributionRules.map(rule => `(?:${rule.verb.source})`).join('|'));
const hasDate = /\d{1,2}[:.h]\d{2}|\d{4}|\d{1,2}[/.-] ?\d{1,2}[/.-]/;
const hasTimeOfDay = /\d{1,2}[:.h]\d{2}/;
const hasAddress = /[^\s<>]@[^\s<>]/;

function readAttribution(joined: string, isBeforeQuote: boolean): 'begins_here' | 'possible' | 'no' {
  const withoutAddress = joined.replace(/<[^<>]{0,200}>/g, '<>');
  if (!hasDate.test(withoutAddress)) return 'no';
  if (joined.endsWith('>')) return isBeforeQuote && datedAddress.test(joined) ? 'begins_here' : 'no';

  const text = joined.replace(/^-+ ?/, '').replace(/ ?-+$/, ':').replace(/ ?：$/, ':');
  if (anyVerb.test(text)) {
    const isCertain = isBeforeQuote || hasAddress.test(joined) || hasTimeOfDay.test(withoutAddress);
    const fitting = attributionRules.filter(rule => rule.verb.test(text));
    if (fitting.some(rule => rule.start?.test(text))) return 'begins_here';
    if (isCertain && fitting.some(rule => rule.start === undefined)) return 'possible';
  }
  // A date, an address and a colon right before a quotation need no known word; nor do they where the line ends with the
  // address itself: Gmail in Russian, Japanese and Hebrew.
  const isWordless = hasAddress.test(joined) && (isBeforeQuote || /@[^<>\s]{1,200}> ?:$/.test(text));
  return isWordless ? 'possible' : 'no';
}

function isQuoteNext(lines: readonly string[], position: number): boolean {
  return isQuoted(lines[nextFilled(lines, position + 1)] ?? '');
}

function nextFilled(lines: readonly string[], start: number): number {
  // Programs leave one empty line, seldom two.
  const end = Math.min(lines.length, start + 3);
  for (let position = start; position < end; position += 1) if ((lines[position] ?? '').trim() !== '') return position;
  return end;
}

/** A single line between two quoted ones, the first of which was full, is the end of it that a program broke off. */
function joinBrokenQuotes(lines: readonly string[], kinds: Uint8Array): void {
  for (let position = 1; position + 1 < lines.length; position += 1) {
    if (kinds[position] !== written || kinds[position - 1] !== quoted || kinds[position + 1] !== quoted) continue;
    const isFull = (lines[position - 1] ?? '').length >= 60;
    if (isFull && (lines[position] ?? '').trim() !== '') kinds[position] = quoted;
  }
}

/** Each stretch of written lines may end with a signature. */
function dropSignatures(lines: readonly string[], kinds: Uint8Array, end: number): void {
  for (let start = 0; start < end; ) {
    if (kinds[start] !== written) {
      start += 1;
      continue;
    }
    let stop = start;
    while (stop < end && kinds[stop] === written) stop += 1;
    const signature = startOfSignature(lines, start, stop);
    if (signature !== undefined) kinds.fill(dropped, signature, stop);
    start = stop;
  }
}

function startOfSignature(lines: readonly string[], start: number, stop: number): number | undefined {
  let filledAfter = 0;
  let found: number | undefined;
  for (let position = stop - 1; position >= start; position -= 1) {
    const line = lines[position] ?? '';
    if (line === '') continue;
    if (line === '-- ') found = position;
    else if (filledAfter <= signatureLinesMax && /^(?:--|—|――)\s*$/.test(line)) found = position;
    else if (filledAfter <= linesAfterSentFromMax && isSignatureLine(line)) found = position;
    if (line.trim() !== '') filledAfter += 1;
  }
  return found;
}

function isSignatureLine(line: string): boolean {
  if (line.length > 160) return false;
  const plain = plainLine(line).replaceAll('*', '');
  return plain !== '' && signatureLines.some(each => each.line.test(plain));
}

/** A quotation at the end is history, and one before all that was written is what it answers; others give the answers their sense. */
function withoutHistory(lines: readonly string[], kinds: Uint8Array): string[] {
  const isFilled = (position: number) => (lines[position] ?? '').trim() !== '';
  const isWritten = (position: number) => kinds[position] === written && isFilled(position);
  let end = lines.length;
  while (end > 0 && !isWritten(end - 1)) end -= 1;
  let start = 0;
  while (start < end && !isWritten(start) && kinds[start] !== quoted) start += 1;

  let quotations = 0;
  for (let position = start; position < end; position += 1) {
    if (kinds[position] === quoted && (position === start || startsQuotation(lines, kinds, position))) quotations += 1;
  }
  const answersOne = quotations === 1 && kinds[start] === quoted;
  const answer: string[] = [];
  for (let position = start; position < end; position += 1) {
    if (!answersOne || kinds[position] === written) answer.push(lines[position] ?? '');
  }
  return answer;
}

/** True when something was written between this quoted line and the quoted one before it. */
function startsQuotation(lines: readonly string[], kinds: Uint8Array, position: number): boolean {
  let before = position - 1;
  while (before >= 0 && kinds[before] === written && (lines[before] ?? '').trim() === '') before -= 1;
  return before < 0 || kinds[before] === written;
}

function withoutEmptyEnds(lines: readonly string[]): string {
  let start = 0;
  while (start < lines.length && (lines[start] ?? '').trim() === '') start += 1;
  return lines.slice(start).join('\n').trimEnd();
}
