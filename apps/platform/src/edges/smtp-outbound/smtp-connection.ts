// Opens SMTP connections and sends mail over them, one transaction after the other.
// The parts: dial.ts, handshake.ts (with start-tls.ts and authentication.ts), transaction.ts.

import assert from 'node:assert/strict';
import { dial, reachableFrom } from './dial.ts';
import { assertEnvelope, refuseLocally } from './envelope-commands.ts';
import { type Greeted, type HandshakeFailure, shakeHands } from './handshake.ts';
import type { ServerCapabilities } from './server-capabilities.ts';
import type { OpeningFailure, OutgoingMail, SendResult, SmtpOptions, SmtpTarget } from './smtp-results.ts';
import { defaultTimeouts, type PhaseTimeouts } from './smtp-timeouts.ts';
import type { TlsFacts } from './start-tls.ts';
import { runTransaction } from './transaction.ts';

export type OpenResult = { kind: 'open'; connection: SmtpConnection } | OpeningFailure;

/** A host with dozens of addresses is not worth dozens of timeouts. */
const addressesMax = 5;

/** Tries the addresses in turn until one takes us. The failure of the last one that said something is the one reported. */
export async function openSmtpConnection(target: SmtpTarget, options: SmtpOptions): Promise<OpenResult> {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  let failure: OpeningFailure = {
    kind: 'failed',
    phase: 'connect',
    error: `${target.host} has no address to connect to`,
  };
  for (const address of reachableFrom(options.localAddress, target.addresses).slice(0, addressesMax)) {
    if (options.signal?.aborted) return { kind: 'failed', phase: 'connect', error: 'aborted', address };
    const outcome = await openTo(address, target, options, timeouts);
    if (outcome.kind === 'greeted') {
      return { kind: 'open', connection: new SmtpConnection(target.host, address, outcome, timeouts) };
    }
    if (outcome.reply || !failure.reply) failure = outcome;
    // Another address of the same relay would refuse the same password.
    if (outcome.phase === 'auth') break;
  }
  return failure;
}

/**
 * At most three connections: TLS with a kept session, TLS afresh, and clear text if that is allowed. Broken TLS never
 * loses opportunistic mail, and is not tried again at that host for a while.
 */
async function openTo(
  address: string,
  target: SmtpTarget,
  options: SmtpOptions,
  timeouts: PhaseTimeouts,
): Promise<Greeted | OpeningFailure> {
  const isOptional = options.tls.mode === 'opportunistic';
  let wantsTls = !isOptional || !options.tlsMemory?.isBroken(target.host);
  let tlsFailed = false;
  for (;;) {
    const { localAddress, signal } = options;
    const dialled = await dial(address, target.port, localAddress, timeouts.connectInMilliseconds, signal);
    if (dialled.kind === 'failed') return { kind: 'failed', phase: 'connect', error: dialled.error, address };

    const outcome = await shakeHands(dialled.socket, target, address, options, timeouts, wantsTls);
    // Only now is it known that TLS was to blame, and not a server that went away.
    if (outcome.kind === 'greeted' && tlsFailed) options.tlsMemory?.rememberBroken(target.host);
    if (outcome.kind === 'greeted' || !outcome.tlsIsBroken || signal?.aborted) return withoutMarks(outcome);
    if (outcome.resumedSession) continue;
    if (!isOptional) return withoutMarks(outcome);
    tlsFailed = true;
    wantsTls = false;
  }
}

function withoutMarks(outcome: Greeted | HandshakeFailure): Greeted | OpeningFailure {
  if (outcome.kind === 'greeted') return outcome;
  const { tlsIsBroken: _, resumedSession: __, ...failure } = outcome;
  return failure;
}

export class SmtpConnection {
  readonly host: string;
  readonly ip: string;
  readonly tls: TlsFacts | undefined;
  readonly capabilities: ServerCapabilities;
  readonly #channel: Greeted['channel'];
  readonly #timeouts: PhaseTimeouts;
  #messagesSent = 0;
  #isBusy = false;
  #needsReset = false;

  constructor(host: string, ip: string, greeted: Greeted, timeouts: PhaseTimeouts) {
    this.host = host;
    this.ip = ip;
    this.tls = greeted.tls;
    this.capabilities = greeted.capabilities;
    this.#channel = greeted.channel;
    this.#timeouts = timeouts;
  }

  /** Transactions begun, whatever came of them: what a cap of messages per connection counts. */
  get messagesSent(): number {
    return this.#messagesSent;
  }

  /** Open, idle, and the server has not said anything since (a 421 on an idle connection is its farewell). */
  isUsable(): boolean {
    return this.#channel.isOpen && !this.#channel.hasReply && !this.#isBusy;
  }

  /** One at a time. Never rejects for what the network or the server does; only for a request that makes no sense. */
  async send(mail: OutgoingMail): Promise<SendResult> {
    // Whoever gave the leave may take it back when nobody waits for it any more.
    mail.mayEnd.catch(() => {});
    assert(!this.#isBusy, 'A connection carries one transaction at a time.');
    assertEnvelope(mail);
    const refusal = refuseLocally(mail, this.capabilities);
    if (refusal) {
      const perRecipient = mail.recipients.map(recipient => {
        return { recipient, phase: 'mail' as const, reply: refusal, accepted: false, local: true as const };
      });
      return { kind: 'answered', perRecipient, canReuse: this.isUsable() };
    }
    if (!this.isUsable()) {
      this.destroy();
      const error = 'the connection had gone stale';
      return { kind: 'lost', phase: 'mail', dotSent: false, error, perRecipient: [] };
    }

    const link = {
      channel: this.#channel,
      capabilities: this.capabilities,
      timeouts: this.#timeouts,
      wasUsed: this.#messagesSent > 0,
      needsReset: this.#needsReset,
    };
    this.#isBusy = true;
    this.#messagesSent += 1;
    try {
      const { result, leftOpen } = await runTransaction(link, mail);
      this.#needsReset = leftOpen;
      if (result.kind === 'lost' || !result.canReuse) this.destroy();
      return result;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Takes leave and closes; waits a few seconds at most for the farewell. */
  async quit(): Promise<void> {
    if (this.isUsable()) {
      this.#isBusy = true;
      this.#channel.expect(1);
      this.#channel.write('QUIT\r\n');
      await this.#channel.nextReply(this.#timeouts.quitInMilliseconds);
    }
    this.destroy();
  }

  destroy(): void {
    this.#channel.destroy('the connection was given up');
  }
}
