// Compares what arrived with what was given to the client, field by field, by a parser that is not ours.

import assert from 'node:assert/strict';
import { domainToASCII } from 'node:url';
import { decodeBase32 } from '@pennyblack/email/return-path/base32.ts';
import PostalMime, { type Address, addressParser, decodeWords, type Email } from 'postal-mime';
import type { Models } from 'postmark';
import type { DeliveredMail } from './postfix-server.ts';

export type SentMail = { message: Models.Message; messageId: string };

type Mailbox = { name: string; address: string };

/** As the wire has it: the domain as A-label. */
function mailboxes(list: string | undefined): Mailbox[] {
  return addressParser(list ?? '', { flatten: true }).map(({ name, address = '' }) => {
    const at = address.lastIndexOf('@');
    return { name, address: `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}` };
  });
}

function arrived(addresses: Address | Address[] | undefined): Mailbox[] {
  const list = addresses === undefined ? [] : [addresses].flat();
  return list.map(({ name, address }) => ({ name, address: address ?? '' }));
}

/** Every recipient, in the order of their numbers. */
export function recipientsOf(message: Models.Message): string[] {
  return [message.To, message.Cc, message.Bcc].flatMap(list => mailboxes(list).map(({ address }) => address));
}

/** Line ends are CRLF on the wire, and a text ends with one. */
function lines(text: string | undefined): string | undefined {
  return text?.replace(/\r\n/g, '\n').replace(/\n$/, '');
}

/** @throws AssertionError that says what differs. */
export async function compareMail({ message, messageId }: SentMail, mail: DeliveredMail): Promise<void> {
  checkWire(message, mail);
  checkReturnPath(message, messageId, mail);
  const parsed = await PostalMime.parse(mail.source);
  checkAddressFields(message, parsed);
  checkHeader(message, messageId, parsed);
  const isBroadcast = message.MessageStream === 'broadcast';
  checkUnsubscribeFields(message, parsed);
  assert.equal(lines(isBroadcast ? withoutFooter(parsed.text) : parsed.text), lines(message.TextBody), 'text body');
  assert.equal(lines(parsed.html), lines(message.HtmlBody), 'HTML body');
  checkAttachments(message, parsed);
}

/** What a broadcast stream adds to a text without a link to unsubscribe. */
const textFooter = /\r?\n\r?\nUnsubscribe: http:\S+\/u\/\S+\s*$/;

function withoutFooter(text: string | undefined): string | undefined {
  assert.match(text ?? '', textFooter);
  return text?.replace(textFooter, '');
}

/** RFC 8058: ours on a broadcast stream, else the customer's own. */
function checkUnsubscribeFields(message: Models.Message, parsed: Email): void {
  const named = (key: string) => parsed.headers.filter(header => header.key === key).map(header => header.value);
  if (message.MessageStream === 'broadcast') {
    assert.match(named('list-unsubscribe').join(), /^<http:\S+\/u\/\S+>$/);
    assert.deepEqual(named('list-unsubscribe-post'), ['List-Unsubscribe=One-Click']);
  } else {
    const own = message.Headers?.filter(header => header.Name === 'List-Unsubscribe-Post') ?? [];
    assert.deepEqual(
      named('list-unsubscribe-post'),
      own.map(header => header.Value),
    );
  }
}

/** RFC 5321 4.5.3.1.6 and RFC 5322 2.1.1: seven bits and lines of at most 998; and nobody learns of a Bcc. */
function checkWire(message: Models.Message, { source }: DeliveredMail): void {
  const text = source.toString('latin1');
  const longest = Math.max(...text.split('\r\n').map(line => line.length));
  assert.ok(longest <= 998, `a line of ${longest} characters`);
  assert.ok(/^[\t\r\n -~]*$/.test(text), 'only printable ASCII');
  const header = text.slice(0, text.indexOf('\r\n\r\n'));
  for (const { address } of mailboxes(message.Bcc)) assert.ok(!header.includes(address), 'a Bcc recipient is named');
}

/** VERP: our own host, message and recipient by number, 64 characters at most. */
function checkReturnPath(message: Models.Message, messageId: string, mail: DeliveredMail): void {
  const [localPart = '', host] = mail.returnPath.split('@');
  assert.equal(host, 'post.pennyblack.test');
  assert.ok(localPart.length <= 64 && /^pm-[a-z2-7]+$/.test(localPart), mail.returnPath);
  const content = decodeBase32(localPart.slice(3));
  assert.equal(content?.toString('hex', 0, 16), messageId.replaceAll('-', ''));
  const recipient = recipientsOf(message)[content?.readUInt16BE(16) ?? -1];
  assert.equal(mail.recipient, recipient, 'the return path names the recipient of this copy');
}

const undisclosed: Mailbox = { name: 'undisclosed-recipients', address: '' };

function checkAddressFields(message: Models.Message, parsed: Email): void {
  assert.deepEqual(arrived(parsed.from), mailboxes(message.From), 'From');
  // A field with an empty group stands where nobody is named (RFC 5322 3.6.3).
  const isForHidden = !message.To && !message.Cc;
  assert.deepEqual(arrived(parsed.to), isForHidden ? [undisclosed] : mailboxes(message.To), 'To');
  assert.deepEqual(arrived(parsed.cc), mailboxes(message.Cc), 'Cc');
  assert.deepEqual(arrived(parsed.replyTo), mailboxes(message.ReplyTo), 'Reply-To');
  assert.deepEqual(arrived(parsed.bcc), [], 'Bcc');
}

/** Written by us, or for another eye than the receiver's. */
const notPassedOn = new Set(['mime-version', 'x-pm-keepid']);

function checkHeader(message: Models.Message, messageId: string, parsed: Email): void {
  const values = (name: string) =>
    parsed.headers.filter(header => header.key === name.toLowerCase()).map(header => decodeWords(header.value));
  assert.equal(parsed.subject ?? '', (message.Subject ?? '').trim(), 'Subject');
  assert.deepEqual(values('X-PM-Message-Id'), [messageId]);
  assert.deepEqual(values('X-PM-Tag'), message.Tag ? [message.Tag] : []);
  assert.deepEqual(values('MIME-Version'), ['1.0']);
  assert.equal(values('Feedback-ID').length, 1);
  assert.equal(values('Date').length, 1);
  assert.ok(Math.abs(Date.parse(values('Date')[0] ?? '') - Date.now()) < 3_600_000, 'Date');
  const own = message.Headers?.find(header => header.Name === 'Message-ID')?.Value;
  assert.deepEqual(values('Message-ID'), [own ?? `<${messageId}@post.pennyblack.test>`]);
  for (const { Name, Value } of message.Headers ?? []) {
    if (!notPassedOn.has(Name.toLowerCase())) assert.deepEqual(values(Name), [Value], Name);
  }
}

function checkAttachments(message: Models.Message, parsed: Email): void {
  const wanted = (message.Attachments ?? []).map(({ Name, Content, ContentType, ContentID }) => ({
    name: Name,
    type: ContentType.split(';')[0],
    content: Content,
    id: ContentID ? `<${ContentID.replace(/^cid:/, '')}>` : undefined,
    disposition: ContentID ? 'inline' : 'attachment',
  }));
  const found = parsed.attachments.map(({ filename, mimeType, content, contentId, disposition }) => ({
    name: filename,
    type: mimeType,
    content: Buffer.from(content as ArrayBuffer).toString('base64'),
    id: contentId,
    disposition,
  }));
  // A failed comparison of megabytes would be unreadable.
  const short = (list: typeof found) => list.map(each => ({ ...each, content: each.content.length }));
  assert.deepEqual(short(found), short(wanted as typeof found), 'attachments');
  assert.ok(
    found.every((each, index) => each.content === wanted[index]?.content),
    'content of attachments',
  );
}
