// Hands mail over by SMTP as a plain client does, byte for byte, and tells exactly what was answered.

import { openClient, type SmtpClient } from '../../apps/platform/src/edges/smtp-listener/testing/smtp-client.ts';
import { serverToken } from './world.ts';

export type SubmittedMail = { mailFrom?: string; recipients: readonly string[]; source: Buffer; isSmtpUtf8?: boolean };

/** `reply` undefined: the connection ended without an answer, and nobody knows whether the mail was taken. */
export type Submitted = { reply: string | undefined; messageId: string | undefined };

export type SubmissionSession = {
  submit(mail: SubmittedMail): Promise<Submitted>;
  close(): void;
};

/**
 * Logged in with the token of the live server, or another one; null does not log in, for servers that ask for nothing.
 * @throws Error when that does not succeed.
 */
export async function openSubmission(port: number, token: string | null = serverToken): Promise<SubmissionSession> {
  const client = await openClient(port);
  await expect(client, await client.reply(), 220);
  await expect(client, await client.say('EHLO client.shop.test'), 250);
  if (token !== null) {
    const credentials = Buffer.from(`\0${token}\0${token}`).toString('base64');
    await expect(client, await client.say(`AUTH PLAIN ${credentials}`), 235);
  }
  return { submit: mail => submit(client, mail), close: () => client.close() };
}

async function expect(client: SmtpClient, reply: string | undefined, code: number): Promise<void> {
  if (reply?.startsWith(String(code))) return;
  client.close();
  throw new Error(`The SMTP listener answered ${reply ?? 'nothing'} instead of ${code}.`);
}

async function submit(client: SmtpClient, mail: SubmittedMail): Promise<Submitted> {
  const { mailFrom = 'bounces@shop.test', recipients, source, isSmtpUtf8 } = mail;
  const parameters = isSmtpUtf8 ? ' BODY=8BITMIME SMTPUTF8' : ' BODY=8BITMIME';
  const envelope = [
    `MAIL FROM:<${mailFrom}>${parameters}`,
    ...recipients.map(address => `RCPT TO:<${address}>`),
    'DATA',
  ];
  client.write(envelope.map(line => `${line}\r\n`).join(''));
  for (const line of envelope) {
    const reply = await client.reply();
    if (!reply?.startsWith(line === 'DATA' ? '354' : '250')) return { reply, messageId: undefined };
  }
  client.write(dataOf(source));
  const reply = await client.reply();
  return { reply, messageId: /^250 .*\b([0-9a-f]{8}-[0-9a-f-]{27})\b/.exec(reply ?? '')?.[1] };
}

/** As it goes over the wire, with the dot at its end (RFC 5321 4.5.2); a text ends with a line end. */
export function dataOf(source: Buffer): Buffer {
  const text = source.toString('latin1').replace(/^\./gm, '..');
  return Buffer.from(text === '' || text.endsWith('\r\n') ? `${text}.\r\n` : `${text}\r\n.\r\n`, 'latin1');
}
