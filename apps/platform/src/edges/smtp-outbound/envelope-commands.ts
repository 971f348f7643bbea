// What is said before the text of a message: RSET if needed, MAIL, RCPT for each recipient, DATA. Pure.
// Sources: RFC 5321 4.1.1, RFC 1870 (SIZE), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8).

import assert from 'node:assert/strict';
import type { SmtpReply } from './reply-parser.ts';
import type { ServerCapabilities } from './server-capabilities.ts';
import { needsSmtpUtf8, tooLarge } from './smtp-replies.ts';
import type { OutgoingMail } from './smtp-results.ts';
import type { PhaseTimeouts } from './smtp-timeouts.ts';

export type EnvelopeCommand = {
  line: string;
  /** A loss during RSET is a loss before MAIL: nothing of the message was said. */
  phase: 'mail' | 'rcpt' | 'data';
  isReset?: true;
  /** Index of the recipient that is asked for. */
  recipient?: number;
};

export function envelopeCommands(
  mail: OutgoingMail,
  offered: ServerCapabilities,
  needsReset: boolean,
): EnvelopeCommand[] {
  let parameters = '';
  if (offered.size !== undefined) parameters += ` SIZE=${sizeOf(mail)}`;
  // Without the offer the bytes go out as they are: servers that mangle them are gone, servers that forget to say so are not.
  if (mail.eightBit && offered.eightBitMime) parameters += ' BODY=8BITMIME';
  if (mail.needsSmtpUtf8) parameters += ' SMTPUTF8';

  const commands: EnvelopeCommand[] = needsReset ? [{ line: 'RSET\r\n', phase: 'mail', isReset: true }] : [];
  commands.push({ line: `MAIL FROM:<${mail.mailFrom}>${parameters}\r\n`, phase: 'mail' });
  for (const [index, recipient] of mail.recipients.entries()) {
    commands.push({ line: `RCPT TO:<${recipient}>\r\n`, phase: 'rcpt', recipient: index });
  }
  commands.push({ line: 'DATA\r\n', phase: 'data' });
  return commands;
}

export function timeoutFor(phase: EnvelopeCommand['phase'], timeouts: PhaseTimeouts): number {
  if (phase === 'mail') return timeouts.mailInMilliseconds;
  return phase === 'rcpt' ? timeouts.rcptInMilliseconds : timeouts.dataInMilliseconds;
}

/** Why nothing is sent at all: the server has said in advance that it will not take this. */
export function refuseLocally(mail: OutgoingMail, offered: ServerCapabilities): SmtpReply | undefined {
  const size = sizeOf(mail);
  if (offered.size && size > offered.size) return tooLarge(size, offered.size);
  if (mail.needsSmtpUtf8 && !offered.smtpUtf8) return needsSmtpUtf8();
  return undefined;
}

/** As RFC 1870 6 counts: with line ends, without doubled dots and the final one. */
export function sizeOf(mail: OutgoingMail): number {
  if (Buffer.isBuffer(mail.body)) return mail.header.length + mail.body.length;
  return mail.body.reduce((sum, piece) => sum + piece.length, mail.header.length);
}

/** An address that could end its line or its brackets would let a customer write commands of his own. */
export function assertEnvelope(mail: OutgoingMail): void {
  assert(mail.recipients.length > 0, 'A transaction needs a recipient.');
  assertAddress(mail.mailFrom, mail.needsSmtpUtf8);
  for (const recipient of mail.recipients) assertAddress(recipient, mail.needsSmtpUtf8);
}

function assertAddress(address: string, mayBeUtf8: boolean): void {
  // Nearly every address is of this kind, and the check is paid for each message.
  if (/^[\w.+=@-]*$/.test(address)) return;
  assert(!/[\x00-\x1f\x7f]/.test(address), 'An envelope address holds a control character.');
  assert(!/[<>]/.test(address.replace(/^"(?:[^"\\]|\\.)*"/, '')), 'An envelope address holds a bracket.');
  assert(mayBeUtf8 || !/[^\x00-\x7f]/.test(address), 'A non-ASCII address needs SMTPUTF8.');
}
