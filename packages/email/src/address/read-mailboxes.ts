// Reads the mailboxes that a header field names, whoever wrote it: what a person would see in it is found, and nothing is
// refused. For what a client of ours sends there is parse-mailbox-list.ts, which tells what is wrong.
// Source: RFC 5322 3.4 (groups included) and 4.4 (routes); below it, what mail programs write.

import { cleanName } from './clean-name.ts';
import { endOfComment, endOfQuotes } from './delimited-text.ts';

/** `name` is decoded, `address` as written, without comments and white space; each is empty when there is none. */
export type NamedAddress = { name: string; address: string };

/** A local part of 64 and a domain of 255 characters (RFC 5321 4.5.3.1). */
const addressLengthMax = 320;
/** `Smith, John, Dr. <john@client.test>` */
const namePiecesMax = 4;
/** Some programs leave commas and quotes in an encoded-word. */
const encodedWord = /=\?[^?\s]{1,80}\?[bq]\?[^?]{0,500}\?=/iy;
const domainLiteral = /\[[^\][\s,<>]{0,100}\]/y;
const quotedLocalPart = /^"(?:[^"\\]|\\.)*" ?@ ?[^\s"]+$/;

/** Where a run of ordinary text may end. */
const isSpecial = new Uint8Array(128);
for (const character of '"(,:;<>=[') isSpecial[character.charCodeAt(0)] = 1;

type Entry = {
  /** Without quotes and comments. */
  name: string;
  /** Without comments. */
  written: string;
  comment: string;
  /** What stands between angle brackets. */
  angle: string | undefined;
  /** What stands behind them. */
  rest: string;
};

/** The first `mailboxesMax` of them. Runs in linear time whatever the text is. */
export function readMailboxes(text: string, mailboxesMax: number): NamedAddress[] {
  return new MailboxReader(text, mailboxesMax).read();
}

class MailboxReader {
  readonly #text: string;
  readonly #mailboxesMax: number;
  readonly #mailboxes: NamedAddress[] = [];
  #position = 0;
  #entry = emptyEntry();
  /** Entries that may be the beginning of `Berg, Ann <ann@client.test>`. */
  #namesBefore: NamedAddress[] = [];
  // Once one of them has no end, another need not be looked for.
  #hasQuotes = true;
  #hasComments = true;

  constructor(text: string, mailboxesMax: number) {
    this.#text = text;
    this.#mailboxesMax = mailboxesMax;
  }

  read(): NamedAddress[] {
    while (this.#position < this.#text.length && this.#mailboxes.length < this.#mailboxesMax) this.#readNext();
    this.#finish(false);
    this.#emitNamesBefore();
    return this.#mailboxes.slice(0, this.#mailboxesMax);
  }

  #readNext(): void {
    switch (this.#text.charAt(this.#position)) {
      case ',':
        this.#finish(true);
        break;
      case ';':
        this.#finish(false);
        break;
      case ':':
        this.#beginGroup();
        break;
      case '>':
        break;
      case '<':
        this.#readAngle();
        return;
      case '"':
        if (this.#hasQuotes) {
          this.#readQuotes();
          return;
        }
        break;
      case '(':
        if (this.#hasComments) {
          this.#readComment();
          return;
        }
        this.#readRun();
        return;
      default:
        this.#readRun();
        return;
    }
    this.#position += 1;
  }

  #readRun(): void {
    const start = this.#position;
    const special = this.#match(encodedWord) ?? this.#match(domainLiteral);
    let end = start + (special?.length ?? 1);
    while (special === undefined && end < this.#text.length && !this.#endsRun(end)) end += 1;
    const run = this.#text.slice(start, end);
    this.#position = end;
    this.#addText(run, run);
  }

  #endsRun(position: number): boolean {
    const code = this.#text.charCodeAt(position);
    if (code >= 128 || isSpecial[code] === 0) return false;
    const character = this.#text.charAt(position);
    if (character === '(') return this.#hasComments;
    return character !== '=' || this.#text[position + 1] === '?';
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.#text)?.[0];
  }

  #addText(name: string, written: string): void {
    if (this.#entry.angle !== undefined) {
      this.#entry.rest += name;
      return;
    }
    this.#entry.name += name;
    this.#entry.written += written;
  }

  #readQuotes(): void {
    const end = endOfQuotes(this.#text, this.#position);
    if (end === undefined) {
      this.#hasQuotes = false;
      return;
    }
    const content = this.#text.slice(this.#position + 1, end - 1).replace(/\\([\s\S])/g, '$1');
    this.#addText(content, this.#text.slice(this.#position, end));
    this.#position = end;
  }

  #readComment(): void {
    const end = endOfComment(this.#text, this.#position);
    if (end === undefined) {
      this.#hasComments = false;
      return;
    }
    this.#entry.comment ||= this.#text.slice(this.#position + 1, end - 1).replace(/\\([\s\S])/g, '$1');
    this.#position = end;
  }

  #readAngle(): void {
    if (this.#entry.angle !== undefined) {
      // A comma was forgotten: what stands between the two is the name of the second.
      const { rest } = this.#entry;
      this.#entry.rest = '';
      this.#finish(false);
      this.#entry.name = rest;
    }
    const start = this.#position + 1;
    const end = this.#endOfAngle(start);
    this.#entry.angle = this.#text.slice(start, end);
    this.#position = this.#text[end] === '>' ? end + 1 : end;
  }

  /** At the closing bracket, or where something else begins because it was forgotten. */
  #endOfAngle(start: number): number {
    let position = start;
    while (this.#text[position] === '<') position += 1;
    const isRoute = this.#text[position] === '@';
    while (position < this.#text.length) {
      const character = this.#text[position];
      if (character === '>' || character === '<' || character === ';') return position;
      if (character === ',' && !isRoute) return position;
      const quotesEnd = character === '"' && this.#hasQuotes ? endOfQuotes(this.#text, position) : undefined;
      if (character === '"' && quotesEnd === undefined) this.#hasQuotes = false;
      position = quotesEnd ?? position + 1;
    }
    return position;
  }

  /** What was read so far is the name of a group; its members follow. */
  #beginGroup(): void {
    this.#emitNamesBefore();
    // An address with a stray colon is no group.
    if (this.#entry.angle !== undefined || this.#entry.written.includes('@')) this.#finish(false);
    this.#entry = emptyEntry();
  }

  #finish(isAtComma: boolean): void {
    const mailbox = mailboxOf(this.#entry);
    const hasAngle = this.#entry.angle !== undefined;
    this.#entry = emptyEntry();
    if (mailbox === undefined) return;
    if (hasAngle && mailbox.address !== '') {
      mailbox.name = [...this.#namesBefore.map(({ name, address }) => name || address), mailbox.name]
        .filter(name => name !== '')
        .join(', ');
      this.#namesBefore = [];
    }
    const mayBeName = isAtComma && !hasAngle && !mailbox.address.includes('@');
    if (!mayBeName || this.#namesBefore.length === namePiecesMax) this.#emitNamesBefore();
    (mayBeName ? this.#namesBefore : this.#mailboxes).push(mailbox);
  }

  #emitNamesBefore(): void {
    if (this.#namesBefore.length === 0) return;
    this.#mailboxes.push(...this.#namesBefore);
    this.#namesBefore = [];
  }
}

function emptyEntry(): Entry {
  return { name: '', written: '', comment: '', angle: undefined, rest: '' };
}

/** Undefined for an entry in which nothing stands. */
function mailboxOf(entry: Entry): NamedAddress | undefined {
  // `a@b.test (Ann)` is how names were written before angle brackets (RFC 5322 3.4, last paragraph).
  if (entry.angle !== undefined) {
    const name = cleanName(entry.name) || cleanName(entry.rest) || cleanName(entry.comment);
    const address = addressOfAngle(entry.angle);
    return name === '' && address === '' ? undefined : { name, address };
  }
  const written = entry.written.replace(/[\s\x00-\x1f\x7f]+/g, ' ').trim();
  if (written === '') return undefined;
  const hasAt = written.includes('@');
  if (hasAt && written.length <= addressLengthMax && quotedLocalPart.test(written)) {
    return { name: cleanName(entry.comment), address: written };
  }
  const compact = hasAt ? written.replace(/ ?([@.]) ?/g, '$1') : written;
  if (!compact.includes(' ') && (hasAt || entry.name.trim() === compact)) {
    return { name: cleanName(entry.comment), address: shorten(compact) };
  }
  if (!hasAt) return { name: cleanName(entry.name), address: '' };
  // `Ann Berg ann@client.test`: the brackets were forgotten.
  const words = written.split(' ');
  const at = words.findLastIndex(word => word.includes('@'));
  const name = words.filter((_, place) => place !== at).join(' ');
  return { name: cleanName(name.replaceAll('"', '')), address: shorten(words[at] ?? '') };
}

function addressOfAngle(angle: string): string {
  const bare = withoutComments(angle)
    .replace(/[\x00-\x1f\x7f<]+/g, '')
    .trim();
  const text = bare.includes('"') ? bare : bare.replace(/\s+/g, '');
  // A route (RFC 5322 4.4): the way to the mailbox, before a colon.
  const address = text.startsWith('@') ? text.slice(text.indexOf(':') + 1) : text.replace(/^mailto:/i, '');
  // `<Undisclosed-Recipient:>` is nobody.
  if (address.endsWith(':') && !address.includes('@')) return '';
  return shorten(address);
}

function withoutComments(text: string): string {
  const open = text.indexOf('(');
  const end = open === -1 ? undefined : endOfComment(text, open);
  return end === undefined ? text : `${text.slice(0, open)}${text.slice(end)}`;
}

function shorten(address: string): string {
  return address.slice(0, addressLengthMax).toWellFormed();
}
