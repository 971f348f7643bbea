// Reads the address lists of a send request: `From`, `To`, `Cc`, `Bcc`, `Reply-To`.
// The syntax is RFC 5322 3.4 without groups; the wording of errors is Postmark's, because clients parse it.

import { type AddressOptions, readAddress } from './address-spec.ts';
import { cleanName } from './clean-name.ts';
import { endOfComment, endOfQuotes } from './delimited-text.ts';
import type { Mailbox } from './mailbox.ts';

export type MailboxListReading = { kind: 'mailboxes'; mailboxes: Mailbox[] } | { kind: 'invalid'; message: string };

type Entry = { raw: string; name: string; comment: string; hasQuotes: boolean; angle: string | undefined };
type EntriesReading = { kind: 'entries'; entries: Entry[] } | { kind: 'unreadable'; raw: string };

const ordinaryRun = /[^"(),:;<>]+/y;
const forbiddenControls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const quotedTextMax = 320;

/**
 * `field` is the name in the error text (`To`, `Reply-To`). Empty items, as a trailing comma makes them, are skipped, and
 * an empty text gives an empty list. Runs in linear time whatever the text is.
 */
export function parseMailboxList(field: string, text: string, options: AddressOptions): MailboxListReading {
  const reading = splitEntries(text);
  if (reading.kind === 'unreadable') return invalidAddress(field, reading.raw);

  const mailboxes: Mailbox[] = [];
  for (const entry of reading.entries) {
    if (forbiddenControls.test(entry.raw)) return invalidAddress(field, entry.raw);
    // Quoted local parts are outside Postmark's mailbox pattern.
    if (entry.angle === undefined && entry.hasQuotes && entry.raw.includes('@')) {
      return invalidAddress(field, entry.raw);
    }
    const written = (entry.angle ?? entry.name).trim();
    const address = readAddress(written, options);
    if (address.kind === 'invalid') {
      if (address.why === 'no_at_sign' && written !== '') {
        return invalid(
          `Error parsing '${field}': Illegal email address '${shorten(written)}'. It must contain the '@' symbol.`,
        );
      }
      if (address.why === 'illegal_domain') {
        return invalid(
          `Error parsing '${field}': Illegal email domain '${shorten(address.domain)}' in address '${shorten(written)}'.`,
        );
      }
      return invalidAddress(field, written === '' ? entry.raw : written);
    }
    // `a@b.test (Ann)` is how names were written before angle brackets (RFC 5322 3.4, last paragraph).
    const name = cleanName(entry.angle === undefined ? entry.comment : entry.name || entry.comment);
    mailboxes.push({ name, localPart: address.localPart, domain: address.domain, address: address.address });
  }
  return { kind: 'mailboxes', mailboxes };
}

/** Cuts at the commas that stand outside quotes, comments and angle brackets. Each character is looked at a fixed number of times. */
function splitEntries(text: string): EntriesReading {
  const entries: Entry[] = [];
  let start = 0;
  let entry = emptyEntry();
  let position = 0;

  function unreadable(): EntriesReading {
    const comma = text.indexOf(',', position + 1);
    return { kind: 'unreadable', raw: text.slice(start, comma === -1 ? undefined : comma).trim() };
  }
  function finish(): void {
    entry.raw = text.slice(start, position).trim();
    if (entry.raw !== '') entries.push(entry);
    entry = emptyEntry();
    start = position + 1;
  }

  while (position < text.length) {
    const character = text[position];
    if (character === ',') {
      finish();
      position += 1;
    } else if (character === '(') {
      const end = endOfComment(text, position);
      if (end === undefined) return unreadable();
      entry.comment ||= text.slice(position + 1, end - 1).replace(/\\([\s\S])/g, '$1');
      position = end;
    } else if (character === '<') {
      const end = text.indexOf('>', position);
      if (end === -1 || entry.angle !== undefined) return unreadable();
      entry.angle = text.slice(position + 1, end);
      position = end + 1;
    } else if (character === '"') {
      const end = endOfQuotes(text, position);
      if (end === undefined || entry.angle !== undefined) return unreadable();
      entry.name += text.slice(position + 1, end - 1).replace(/\\([\s\S])/g, '$1');
      entry.hasQuotes = true;
      position = end;
    } else {
      ordinaryRun.lastIndex = position;
      const run = ordinaryRun.exec(text)?.[0];
      // What is left is `)`, `>` without its partner, or the `:` and `;` of a group.
      if (run === undefined) return unreadable();
      if (entry.angle !== undefined && run.trim() !== '') return unreadable();
      entry.name += run;
      position += run.length;
    }
  }
  finish();
  return { kind: 'entries', entries };
}

function emptyEntry(): Entry {
  return { raw: '', name: '', comment: '', hasQuotes: false, angle: undefined };
}

function shorten(text: string): string {
  return text.length <= quotedTextMax ? text : `${text.slice(0, quotedTextMax).toWellFormed()}…`;
}

function invalidAddress(field: string, raw: string): MailboxListReading {
  return invalid(`Invalid '${field}' address: '${shorten(raw)}'.`);
}

function invalid(message: string): MailboxListReading {
  return { kind: 'invalid', message };
}
