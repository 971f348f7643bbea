// Adds to the header of a submitted message what it lacks, behind what it has.
// Sources: RFC 5322 3.6 (which fields there must be), RFC 2045 4 (MIME-Version), RFC 6409 8 (what a submission server may add).

import { isAscii } from 'node:buffer';
import type { Mailbox } from '../address/mailbox.ts';
import { encodeMailboxesHeader, encodeTextHeader } from '../headers/encode-header.ts';
import type { HeaderField } from '../mime/compose-message.ts';
import { formatDateHeader } from '../mime/date-header.ts';
import { readSourceFields } from './source-fields.ts';

/** The fields as they stand; each character of a line is a byte. */
export function fieldLinesOf(header: Buffer): HeaderField[] {
  const { fields } = readSourceFields(header, 0, false);
  return fields.map(({ name, start, end }) => ({ name, line: header.toString('latin1', start, end) }));
}

export function hasEightBit(bytes: Buffer): boolean {
  return !isAscii(bytes);
}

export type Completion = {
  /** Of the fields that are there, in lower case. */
  names: ReadonlySet<string>;
  date: Date;
  /** With its angle brackets. */
  messageId: string;
  replyTo: readonly Mailbox[];
  isAsciiBody: boolean;
  /** The platform's own, whatever is there. */
  headers: readonly { name: string; value: string }[];
};

export function completeHeader({ names, date, messageId, replyTo, isAsciiBody, headers }: Completion): HeaderField[] {
  const added: HeaderField[] = [];
  const addMissing = (name: string, line: string) => {
    if (!names.has(name.toLowerCase())) added.push({ name, line });
  };
  addMissing('Date', `Date: ${formatDateHeader(date)}\r\n`);
  // With blind recipients only, an empty group keeps readers and filters from complaining (RFC 5322 A.1.3).
  if (!names.has('cc')) addMissing('To', 'To: undisclosed-recipients:;\r\n');
  if (replyTo.length > 0) {
    // An address may be UTF-8; the lines are bytes here.
    const line = Buffer.from(encodeMailboxesHeader('Reply-To', replyTo)).toString('latin1');
    addMissing('Reply-To', line);
  }
  addMissing('Message-ID', encodeTextHeader('Message-ID', messageId));
  for (const { name, value } of headers) added.push({ name, line: encodeTextHeader(name, value) });
  // Beside a body of which nobody knows the character set it would say that it is ASCII (RFC 2045 5.2).
  if (isAsciiBody || names.has('content-type')) addMissing('MIME-Version', 'MIME-Version: 1.0\r\n');
  return added;
}
