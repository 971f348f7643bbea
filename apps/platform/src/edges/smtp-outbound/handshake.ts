// Brings a fresh TCP connection to the point where mail can be sent: banner, EHLO or HELO, STARTTLS, EHLO again, AUTH.
// Sources: RFC 5321 3.1, 3.2 and 4.1.1.1, RFC 3207, RFC 4954 4.

import type { Socket } from 'node:net';
import { authenticate } from './authentication.ts';
import { isLoopback } from './dial.ts';
import { ReplyChannel } from './reply-channel.ts';
import type { SmtpReply } from './reply-parser.ts';
import { noCapabilities, readCapabilities, type ServerCapabilities } from './server-capabilities.ts';
import { isClosing, isPositive, keepOf } from './smtp-replies.ts';
import type { OpeningFailure, OpeningPhase, SmtpOptions, SmtpTarget } from './smtp-results.ts';
import type { PhaseTimeouts } from './smtp-timeouts.ts';
import { startTls, type TlsFacts } from './start-tls.ts';

export type Greeted = {
  kind: 'greeted';
  channel: ReplyChannel;
  capabilities: ServerCapabilities;
  tls: TlsFacts | undefined;
};

/** `tlsIsBroken`: the failure came from STARTTLS, so the same server may still take mail in clear text. */
export type HandshakeFailure = OpeningFailure & { tlsIsBroken?: true; resumedSession?: boolean };

/** The socket is destroyed when this fails. `wantsTls` off leaves STARTTLS alone even where it is offered. */
export async function shakeHands(
  socket: Socket,
  target: SmtpTarget,
  address: string,
  options: SmtpOptions,
  timeouts: PhaseTimeouts,
  wantsTls: boolean,
): Promise<Greeted | HandshakeFailure> {
  let channel = new ReplyChannel(socket);
  const onAbort = () => {
    channel.destroy('aborted');
    // During the TLS handshake no channel holds the socket.
    socket.destroy();
  };
  options.signal?.addEventListener('abort', onAbort);
  try {
    if (options.signal?.aborted) onAbort();
    const outcome = await proceed();
    if (outcome.kind === 'failed') channel.destroy('the handshake failed');
    return outcome;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }

  async function proceed(): Promise<Greeted | HandshakeFailure> {
    channel.expect(1);
    const banner = await channel.nextReply(timeouts.bannerInMilliseconds);
    if (banner.kind === 'lost') return failed('banner', { error: banner.error });
    if (banner.reply.code !== 220) return failed('banner', { reply: banner.reply });

    let hello = await sayHello(channel, options.localName, timeouts);
    if (hello.kind === 'failed') return { ...hello, address };

    let tls: TlsFacts | undefined;
    if (wantsTls) {
      const secured = await secure(hello.capabilities);
      if (secured?.kind === 'failed') return secured;
      if (secured?.kind === 'secured') {
        tls = secured.facts;
        // What was offered in clear text may come from somebody else and is forgotten (RFC 3207 4.2).
        hello = await sayHello(channel, options.localName, timeouts);
        // Under TLS 1.3 a server refuses our side of the handshake only after we think that it is done.
        if (hello.kind === 'failed') return { ...hello, address, ...(hello.reply ? {} : { tlsIsBroken: true }) };
      }
    }

    if (options.auth) {
      if (!tls && !isLoopback(address)) return failed('auth', { error: 'a password is not sent over clear text' });
      const refused = await authenticate(channel, hello.capabilities.auth, options.auth, timeouts.authInMilliseconds);
      if (refused) return failed('auth', refused);
    }
    return { kind: 'greeted', channel, capabilities: hello.capabilities, tls };
  }

  /** Nothing returned: the conversation goes on in clear text, because it may. */
  async function secure(
    offered: ServerCapabilities,
  ): Promise<{ kind: 'secured'; facts: TlsFacts } | HandshakeFailure | undefined> {
    const isRequired = options.tls.mode === 'required';
    if (!offered.startTls) {
      return isRequired ? failed('starttls', { error: 'the server does not offer STARTTLS' }) : undefined;
    }
    const received = await ask(channel, 'STARTTLS', timeouts.startTlsInMilliseconds);
    if (received.kind === 'lost') return { ...failed('starttls', { error: received.error }), tlsIsBroken: true };
    if (received.reply.code !== 220) {
      const mayGoOn = !isRequired && !isClosing(received.reply);
      return mayGoOn ? undefined : failed('starttls', { reply: received.reply });
    }
    const outcome = await startTls(
      channel.release(),
      target.host,
      target.port,
      options.tls,
      timeouts.startTlsInMilliseconds,
      options.tlsMemory,
    );
    if (outcome.kind === 'failed') {
      return { ...failed('tls', { error: outcome.error }), tlsIsBroken: true, resumedSession: outcome.resumed };
    }
    channel = new ReplyChannel(outcome.socket);
    return { kind: 'secured', facts: outcome.facts };
  }

  function failed(phase: OpeningPhase, why: { reply?: SmtpReply; error?: string }): OpeningFailure {
    return {
      kind: 'failed',
      phase,
      address,
      ...(why.reply ? { reply: keepOf(why.reply) } : {}),
      ...(why.error !== undefined ? { error: why.error } : {}),
    };
  }
}

type Hello = { kind: 'welcome'; capabilities: ServerCapabilities } | OpeningFailure;

/** A server that does not know EHLO refuses it with a 5xx and is asked with HELO (RFC 5321 3.2). */
async function sayHello(channel: ReplyChannel, localName: string, timeouts: PhaseTimeouts): Promise<Hello> {
  const extended = await ask(channel, `EHLO ${localName}`, timeouts.ehloInMilliseconds);
  if (extended.kind === 'lost') return { kind: 'failed', phase: 'ehlo', error: extended.error };
  if (isPositive(extended.reply)) return { kind: 'welcome', capabilities: readCapabilities(extended.reply) };
  if (extended.reply.code < 500) return { kind: 'failed', phase: 'ehlo', reply: keepOf(extended.reply) };

  const plain = await ask(channel, `HELO ${localName}`, timeouts.ehloInMilliseconds);
  if (plain.kind === 'lost') return { kind: 'failed', phase: 'ehlo', error: plain.error };
  if (!isPositive(plain.reply)) return { kind: 'failed', phase: 'ehlo', reply: keepOf(plain.reply) };
  return { kind: 'welcome', capabilities: noCapabilities };
}

function ask(channel: ReplyChannel, command: string, timeoutInMilliseconds: number) {
  channel.expect(1);
  channel.write(`${command}\r\n`);
  return channel.nextReply(timeoutInMilliseconds);
}
