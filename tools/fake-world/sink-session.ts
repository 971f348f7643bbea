// One connection of the mail sink: reads commands, asks the script, answers. Replies to commands that arrive
// together leave together, as PIPELINING wants (RFC 2920 3.2).

import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { type ContentReader, createContentReader } from './content-reader.ts';
import type { SinkFate, SinkMessage, SinkMoment, SinkPhase, SinkReaction, SinkScript } from './sink-script.ts';

/** What all sessions of one sink share. */
export type SinkLedger = {
  script: SinkScript;
  keepMessages: boolean;
  messages: SinkMessage[];
  commands: string[];
  messageCount: number;
  pipelinedGroups: number;
  attempts: Map<string, number>;
  onMessage: ((message: SinkMessage) => void) | undefined;
  secured?: { certificate: { key: string; cert: string }; context: SecureContext };
};

const defaultKeywords = ['PIPELINING', 'SIZE 50000000', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES'];
const fates: readonly string[] = ['hang', 'close', 'close-after-reply', 'reply-then-421'];
export function createSinkSession(plainSocket: Socket, connectionNumber: number, ledger: SinkLedger): void {
  let socket: Socket = plainSocket;
  let waiting: Buffer = Buffer.alloc(0);
  let outgoing: (string | Buffer)[] = [];
  let paused = false;
  let ended = false;
  let tls = false;
  let messagesBefore = 0;
  let mailFrom: string | undefined;
  let mailParameters = '';
  let recipients: string[] = [];
  let content: ContentReader | undefined;
  let authStepsLeft = 0;

  const handlers: Record<string, (line: string) => void> = {
    EHLO: line => {
      reset();
      answer('ehlo', line, greeting());
    },
    HELO: line => {
      reset();
      answer('helo', line, `250 ${hostName()}`);
    },
    STARTTLS: line => answer('starttls', line, '220 2.0.0 Go ahead', startTls),
    AUTH: takeAuth,
    MAIL: takeMail,
    RCPT: takeRecipient,
    DATA: takeData,
    RSET: line => answer('rset', line, '250 2.0.0 Ok', reset),
    NOOP: line => answer('noop', line, '250 2.0.0 Ok'),
    QUIT: line => answer('quit', line, '221 2.0.0 Bye', () => apply('close')),
  };

  listen(socket);
  answer('banner', '', `220 ${hostName()} ESMTP sink`);
  flush();

  function listen(to: Socket): void {
    to.on('data', chunk => {
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
      work();
    });
    to.on('error', () => to.destroy());
  }

  function hostName(): string {
    return ledger.script.hostName ?? 'sink.test';
  }

  function work(): void {
    let commandsInRead = 0;
    while (!paused && !ended && waiting.length > 0) {
      if (content) {
        if (!readContent(content)) break;
        continue;
      }
      const lineEnd = waiting.indexOf(10);
      if (lineEnd < 0) break;
      const line = waiting.toString('utf8', 0, lineEnd).replace(/\r$/, '');
      waiting = waiting.subarray(lineEnd + 1);
      commandsInRead += 1;
      obey(line);
    }
    if (commandsInRead > 1) ledger.pipelinedGroups += 1;
    flush();
  }

  function obey(line: string): void {
    if (ledger.keepMessages) ledger.commands.push(line);
    if (authStepsLeft > 0) {
      authStepsLeft -= 1;
      answer('auth', line, authStepsLeft > 0 ? '334 UGFzc3dvcmQ6' : '235 2.7.0 Welcome');
      return;
    }
    const handler = handlers[line.slice(0, 8).split(' ')[0]?.toUpperCase() ?? ''];
    if (handler) handler(line);
    else queueReply('500 5.5.2 Unknown command');
  }

  function takeAuth(line: string): void {
    const isWholePlain = /^AUTH PLAIN \S/i.test(line);
    if (!isWholePlain) authStepsLeft = /^AUTH LOGIN$/i.test(line) ? 2 : 1;
    answer('auth', line, isWholePlain ? '235 2.7.0 Welcome' : '334 VXNlcm5hbWU6');
  }

  function takeMail(line: string): void {
    const match = /^MAIL FROM:<(.*?)>(?: (.*))?$/i.exec(line);
    let ordinary = '250 2.1.0 Ok';
    if (!match) ordinary = '501 5.5.4 Syntax: MAIL FROM:<address>';
    else if (mailFrom !== undefined) ordinary = '503 5.5.1 Nested MAIL command';
    answer('mail', line, ordinary, () => {
      mailFrom = match?.[1] ?? '';
      mailParameters = match?.[2] ?? '';
    });
  }

  function takeRecipient(line: string): void {
    const recipient = /^RCPT TO:<(.*)>$/i.exec(line)?.[1];
    if (recipient === undefined) answer('rcpt', line, '501 5.5.4 Syntax: RCPT TO:<address>');
    else if (mailFrom === undefined) answer('rcpt', line, '503 5.5.1 Need MAIL command', undefined, recipient);
    else answer('rcpt', line, '250 2.1.5 Ok', () => recipients.push(recipient), recipient);
  }

  function takeData(line: string): void {
    const hasRecipients = recipients.length > 0;
    answer(
      'data',
      line,
      hasRecipients ? '354 End data with <CR><LF>.<CR><LF>' : '554 5.5.1 No valid recipients',
      startContent,
    );
  }

  function greeting(): string {
    const { keywords = defaultKeywords, tls: certificate } = ledger.script;
    return [`250 ${hostName()}`, ...keywords, ...(certificate && !tls ? ['STARTTLS'] : [])].join('\n');
  }

  function startContent(): void {
    content = createContentReader(ledger.keepMessages);
    if (ledger.script.react) answer('content', '', '');
  }

  function readContent(reader: ContentReader): boolean {
    const end = reader.push(waiting);
    waiting = end?.rest ?? Buffer.alloc(0);
    if (!end) return false;
    content = undefined;
    const message = {
      mailFrom: mailFrom ?? '',
      recipients,
      mailParameters,
      raw: ledger.keepMessages ? reader.text() : Buffer.alloc(0),
      tls,
      connectionNumber,
      at: new Date(),
    };
    const envelope = { mailFrom, recipients };
    reset();
    answer('dot', '', '250 2.0.0 Ok: taken', () => take(message), undefined, envelope);
    return true;
  }

  function take(message: SinkMessage): void {
    messagesBefore += 1;
    ledger.messageCount += 1;
    if (ledger.keepMessages) ledger.messages.push(message);
    ledger.onMessage?.(message);
  }

  function reset(): void {
    mailFrom = undefined;
    mailParameters = '';
    recipients = [];
  }

  /** Asks the script, then replies; `onSuccess` runs when the reply is a 2xx or 3xx. */
  function answer(
    phase: SinkPhase,
    line: string,
    ordinary: string,
    onSuccess?: () => void,
    recipient?: string,
    envelope: { mailFrom: string | undefined; recipients: readonly string[] } = { mailFrom, recipients },
  ): void {
    const reaction = ledger.script.react?.(momentOf(phase, line, envelope, recipient));
    const { reply = ordinary, raw, fate, delayInMilliseconds = 0 } = understand(reaction);
    const succeeds = /^[23]/.test(reply);
    // "Taken, but the connection is lost before the reply" is a message that the sink has.
    if (fate === 'close' && phase === 'dot' && succeeds) onSuccess?.();
    if (fate === 'hang' || fate === 'close') {
      apply(fate);
      return;
    }
    if (delayInMilliseconds === 0) {
      finish();
      return;
    }
    paused = true;
    setTimeout(() => {
      paused = false;
      finish();
      work();
    }, delayInMilliseconds);

    function finish(): void {
      if (raw !== undefined) outgoing.push(raw);
      else if (reply !== '') queueReply(reply);
      if (fate === 'reply-then-421') queueReply(`421 4.3.2 ${hostName()} closing`);
      if (succeeds) onSuccess?.();
      if (fate) apply('close');
    }
  }

  function momentOf(
    phase: SinkPhase,
    line: string,
    envelope: { mailFrom: string | undefined; recipients: readonly string[] },
    recipient: string | undefined,
  ): SinkMoment {
    const key = recipient === undefined ? phase : `${phase} ${recipient}`;
    const attempt = (ledger.attempts.get(key) ?? 0) + 1;
    ledger.attempts.set(key, attempt);
    const about = recipient === undefined ? {} : { recipient };
    return { phase, line, connectionNumber, attempt, messagesBefore, ...envelope, tls, ...about };
  }

  function apply(fate: SinkFate): void {
    if (fate === 'hang') {
      paused = true;
      return;
    }
    flush();
    ended = true;
    socket.end();
  }

  function queueReply(text: string): void {
    const lines = text.split('\n');
    if (lines.length === 1) {
      outgoing.push(`${text}\r\n`);
      return;
    }
    const code = text.slice(0, 3);
    const spoken = lines.map(line => (line.startsWith(code) ? line.slice(4) : line));
    outgoing.push(spoken.map((line, index) => `${code}${index < spoken.length - 1 ? '-' : ' '}${line}\r\n`).join(''));
  }

  function flush(): void {
    if (outgoing.length === 0 || socket.destroyed) return;
    const pieces = outgoing;
    outgoing = [];
    const isText = pieces.every(piece => typeof piece === 'string');
    const bytes = isText ? pieces.join('') : Buffer.concat(pieces.map(piece => Buffer.from(piece)));
    if (!ledger.script.oneByteAtATime) {
      socket.write(bytes);
      return;
    }
    for (const byte of Buffer.from(bytes)) socket.write(Buffer.from([byte]));
  }

  function startTls(): void {
    flush();
    const { tls: certificate, tlsVersion } = ledger.script;
    waiting = Buffer.alloc(0);
    if (certificate === undefined || typeof certificate === 'string') {
      socket.removeAllListeners('data');
      // The nonsense answers the client's greeting, so that it cannot arrive together with the reply to STARTTLS.
      if (certificate === 'garbage') socket.once('data', () => socket.write('This is not TLS\r\n'));
      apply(certificate === 'close' ? 'close' : 'hang');
      return;
    }
    const secureContext = secureContextFor(ledger, certificate, tlsVersion);
    socket.removeAllListeners('data');
    socket = new TLSSocket(plainSocket, { isServer: true, secureContext });
    tls = true;
    reset();
    listen(socket);
  }
}

/** One for all connections of a script: the keys of its session tickets live in it. */
function secureContextFor(
  ledger: SinkLedger,
  certificate: { key: string; cert: string },
  version: SinkScript['tlsVersion'],
): SecureContext {
  if (ledger.secured?.certificate === certificate) return ledger.secured.context;
  const oldVersions = version === 'TLSv1' ? { ciphers: 'DEFAULT:@SECLEVEL=0', minVersion: version } : {};
  const newest = version ? { maxVersion: version } : {};
  const context = createSecureContext({ ...certificate, ...oldVersions, ...newest });
  ledger.secured = { certificate, context };
  return context;
}

function understand(reaction: SinkReaction): {
  reply?: string;
  raw?: string | Buffer;
  fate?: SinkFate;
  delayInMilliseconds?: number;
} {
  if (reaction === undefined) return {};
  if (typeof reaction !== 'string') return reaction;
  return fates.includes(reaction) ? { fate: reaction as SinkFate } : { reply: reaction };
}
