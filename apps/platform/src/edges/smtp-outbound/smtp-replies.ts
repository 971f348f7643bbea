// Small facts about replies, and the replies that we give ourselves in the server's place. Pure.

import { cleanRemoteText } from '@pennyblack/email/smtp/clean-remote-text.ts';
import type { SmtpReply } from './reply-parser.ts';

export function isPositive(reply: SmtpReply): boolean {
  return reply.code >= 200 && reply.code < 300;
}

/** A 4xx or a 5xx. Anything else in the place of an answer means that the two sides are out of step. */
export function isRefusal(reply: SmtpReply): boolean {
  return reply.code >= 400 && reply.code < 600;
}

/** The server is closing the connection (RFC 5321 3.8). It may say so in answer to anything. */
export function isClosing(reply: SmtpReply): boolean {
  return reply.code === 421;
}

/** The reply as it may be stored, logged and shown: clean, its lines joined by one space, at most 2 KB. */
export function keepOf(reply: SmtpReply): SmtpReply {
  const text = cleanRemoteText(reply.text);
  if (text === reply.text) return reply;
  return { ...reply, lines: [text], text };
}

/** RFC 1870 6.1: the declared size is above what the server takes. */
export function tooLarge(sizeInBytes: number, limitInBytes: number): SmtpReply {
  return ownReply(552, '5.3.4', `The message of ${sizeInBytes} bytes exceeds the server's limit of ${limitInBytes}`);
}

/** RFC 6531 3.5: the message needs SMTPUTF8 and the next hop does not offer it. */
export function needsSmtpUtf8(): SmtpReply {
  return ownReply(553, '5.6.7', 'The message needs SMTPUTF8, which the server does not offer');
}

function ownReply(code: number, enhanced: string, words: string): SmtpReply {
  const text = `${enhanced} ${words}`;
  return { code, enhanced, lines: [text], text };
}
