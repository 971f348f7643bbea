// Logs in to a relay with PLAIN or LOGIN (RFC 4954, RFC 4616). Whether the connection is safe enough for that is
// decided by the caller.

import type { ReplyChannel } from './reply-channel.ts';
import type { OpeningFailure } from './smtp-results.ts';

/** `mechanisms` in upper case, as EHLO offered them. Nothing returned: we are in. */
export async function authenticate(
  channel: ReplyChannel,
  mechanisms: readonly string[],
  auth: { user: string; password: string },
  timeoutInMilliseconds: number,
): Promise<OpeningFailure | undefined> {
  if (mechanisms.includes('PLAIN')) {
    const credentials = toBase64(`\0${auth.user}\0${auth.password}`);
    return say([`AUTH PLAIN ${credentials}`]);
  }
  if (mechanisms.includes('LOGIN')) return say(['AUTH LOGIN', toBase64(auth.user), toBase64(auth.password)]);
  return { kind: 'failed', phase: 'auth', error: 'the server offers neither AUTH PLAIN nor AUTH LOGIN' };

  /** Each line but the last is to be answered by 334, the last by 235. */
  async function say(lines: readonly string[]): Promise<OpeningFailure | undefined> {
    for (const [index, line] of lines.entries()) {
      channel.expect(1);
      channel.write(`${line}\r\n`);
      const received = await channel.nextReply(timeoutInMilliseconds);
      if (received.kind === 'lost') return { kind: 'failed', phase: 'auth', error: received.error };
      const wanted = index === lines.length - 1 ? 235 : 334;
      if (received.reply.code !== wanted) return { kind: 'failed', phase: 'auth', reply: received.reply };
    }
    return undefined;
  }
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
