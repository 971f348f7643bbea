// A mail as a customer's customer would write it, to try out what a webhook makes of inbound mail: a reply with a quoted
// history, in text and HTML, with an attachment. Pure.

import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import type { Mailbox } from '@pennyblack/email/address/mailbox.ts';
import { parseMailboxList } from '@pennyblack/email/address/parse-mailbox-list.ts';
import { composeMessage } from '@pennyblack/email/mime/compose-message.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';

/** What is left out is made up. */
export type SampleWish = {
  /** An address, with or without a name. */
  from?: string | undefined;
  subject?: string | undefined;
  /** What comes behind the plus of the address. */
  mailboxHash?: string | undefined;
  text?: string | undefined;
  html?: string | undefined;
  tag?: string | undefined;
};

export type SampleHosts = {
  /** Domain of the inbound addresses. */
  inboundHost: string;
  mailHostname: string;
};

/** Takes a sample for a server, as if the world had sent it. @throws Refusal 300. */
export type TakeSample = (
  db: Queryable,
  serverId: number,
  wish: SampleWish,
) => Promise<{ messageId: string; recipient: string }>;

export type SampleMail = { mailFrom: string; recipient: string; source: Buffer };

const textLengthMax = 1_000_000;

function invalid(text: string): Refusal {
  return new Refusal('email_invalid', text);
}

function readFrom(text: string): Mailbox {
  const reading = parseMailboxList('From', text, { allowNonAsciiMailboxes: true });
  if (reading.kind === 'invalid') throw invalid(reading.message);
  const [from] = reading.mailboxes;
  if (from === undefined) throw invalid("The 'From' is not an email address.");
  return from;
}

function readRecipient(inboundAddress: string, mailboxHash: string): Mailbox {
  const [hash = '', domain = ''] = inboundAddress.split('@');
  const text = `${hash}${mailboxHash === '' ? '' : `+${mailboxHash}`}@${domain}`;
  const reading = readAddress(text, { allowNonAsciiMailboxes: false });
  if (reading.kind === 'invalid')
    throw invalid("The 'MailboxHash' must fit into an address: at most 31 letters, digits and the like.");
  return { name: 'Inbound', ...reading };
}

function checkLength(name: string, text: string | undefined): void {
  if ((text?.length ?? 0) > textLengthMax) throw invalid(`The '${name}' is limited to ${textLengthMax} characters.`);
}

/** `messageId` tells one sample from the next. @throws Refusal 300. */
export function composeSample(
  { inboundAddress, mailHostname }: { inboundAddress: string; mailHostname: string },
  wish: SampleWish,
  messageId: string,
  now: Date,
): SampleMail {
  const from = readFrom(wish.from || '"Sample Sender" <sender@example.com>');
  const to = readRecipient(inboundAddress, wish.mailboxHash ?? 'SampleHash');
  checkLength('TextBody', wish.text);
  checkLength('HtmlBody', wish.html);
  const tag = wish.tag ?? 'TestTag';
  const earlier = `<sample-before-${messageId}@${mailHostname}>`;
  const { headers, body } = composeMessage({
    from,
    to: [to],
    cc: [{ name: 'Copied', localPart: 'copied', domain: 'example.com', address: 'copied@example.com' }],
    replyTo: [],
    subject: wish.subject ?? 'Re: Sample of an inbound message',
    date: now,
    messageId: `<sample-${messageId}@${mailHostname}>`,
    headers: [
      { name: 'In-Reply-To', value: earlier },
      { name: 'References', value: earlier },
      { name: 'X-Header-Test', value: 'sample' },
      ...(tag === '' ? [] : [{ name: 'X-Tag', value: tag }]),
    ],
    text: wish.text ?? sampleText,
    html: wish.html ?? sampleHtml,
    attachments: [{ name: 'sample.txt', contentType: 'text/plain', base64: sampleFile }],
    boundarySeed: messageId,
  });
  const source = Buffer.concat([Buffer.from(`${headers.map(({ line }) => line).join('')}\r\n`), body]);
  return { mailFrom: from.address, recipient: to.address, source };
}

const sampleText = `This is a sample of an inbound message.

On Mon, Mar 2, 2026 at 9:00 AM Support <support@example.com> wrote:
> Please answer this message.
`;
const sampleHtml =
  '<p>This is a sample of an inbound message.</p><blockquote><p>Please answer this message.</p></blockquote>';
const sampleFile = Buffer.from('This is a sample of an attachment.\n').toString('base64');
