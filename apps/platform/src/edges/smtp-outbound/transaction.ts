// One mail transaction on an open connection: the envelope, the text, the final dot, and an answer for each recipient.
// Sources: RFC 5321 3.3 and 3.8 (421), RFC 2920 (PIPELINING). The commands are in envelope-commands.ts.

import { type EnvelopeCommand, envelopeCommands, sizeOf, timeoutFor } from './envelope-commands.ts';
import { type LeaveToEnd, watchLeave } from './leave-to-end.ts';
import { blockBytes, doubleDots, endOfData, inBlocks } from './message-content.ts';
import type { Received, ReplyChannel } from './reply-channel.ts';
import type { SmtpReply } from './reply-parser.ts';
import type { ServerCapabilities } from './server-capabilities.ts';
import { isClosing, isPositive, isRefusal, keepOf } from './smtp-replies.ts';
import type { OutgoingMail, RecipientResult, SendPhase, SendResult } from './smtp-results.ts';
import type { PhaseTimeouts } from './smtp-timeouts.ts';

export type TransactionLink = {
  channel: ReplyChannel;
  capabilities: ServerCapabilities;
  timeouts: PhaseTimeouts;
  /** Mail went over the connection before, so it may have gone stale since. */
  wasUsed: boolean;
  /** The last transaction was left without an end, so RSET goes first. */
  needsReset: boolean;
};

export type TransactionEnd = {
  result: SendResult;
  /** No text was sent, so the server still holds the envelope and wants a RSET before the next one. */
  leftOpen: boolean;
};

type EnvelopeOutcome =
  | { kind: 'answered'; dataReply: SmtpReply | undefined }
  /** The connection is of no use any more, and this is what is known. */
  | { kind: 'over'; result: SendResult };

/** Never rejects. After `lost`, and after an answer with `canReuse` off, the connection is to be destroyed. */
export function runTransaction(link: TransactionLink, mail: OutgoingMail): Promise<TransactionEnd> {
  return new Transaction(link, mail).run();
}

class Transaction {
  readonly #link: TransactionLink;
  readonly #channel: ReplyChannel;
  readonly #mail: OutgoingMail;
  readonly #leave: LeaveToEnd;
  /** In the order of the recipients; undefined as long as a recipient has no answer. */
  readonly #results: (RecipientResult | undefined)[];
  #mailIsRefused = false;

  constructor(link: TransactionLink, mail: OutgoingMail) {
    this.#link = link;
    this.#channel = link.channel;
    this.#mail = mail;
    this.#leave = watchLeave(mail.mayEnd);
    this.#results = mail.recipients.map(() => undefined);
  }

  async run(): Promise<TransactionEnd> {
    const envelope = await this.#sayEnvelope();
    if (envelope.kind === 'over') return { result: envelope.result, leftOpen: false };

    const { dataReply } = envelope;
    if (!this.#isSomebodyLeft()) {
      if (dataReply?.code === 354) await this.#sendNothing();
      return { result: this.#answered(), leftOpen: dataReply?.code !== 354 };
    }
    if (dataReply?.code === 354) return { result: await this.#sendText(), leftOpen: false };
    if (dataReply && isRefusal(dataReply)) return { result: this.#answerRest('data', dataReply), leftOpen: true };
    return { result: this.#outOfStep('data', dataReply), leftOpen: false };
  }

  /** A server that pipelines answers every command, so every answer is read, even after a refusal. */
  async #sayEnvelope(): Promise<EnvelopeOutcome> {
    const { capabilities, needsReset, timeouts, wasUsed } = this.#link;
    const commands = envelopeCommands(this.#mail, capabilities, needsReset);
    if (capabilities.pipelining) this.#say(commands);

    for (const command of commands) {
      if (!capabilities.pipelining) {
        if (this.#mailIsRefused || !this.#isSomebodyLeft()) return { kind: 'answered', dataReply: undefined };
        this.#say([command]);
      }
      const received = await this.#channel.nextReply(timeoutFor(command.phase, timeouts));
      if (received.kind === 'lost') return { kind: 'over', result: this.#lostIn(command.phase, received.error) };
      const { reply } = received;
      if (isClosing(reply)) {
        this.#channel.destroy('the server closed with 421');
        // On a used connection a 421 in the place of the first answer only says that it had gone stale.
        const wasStale = wasUsed && command === commands[0];
        const result = wasStale ? this.#lostIn('mail', reply.text, reply) : this.#answerRest(command.phase, reply);
        return { kind: 'over', result };
      }
      if (command.phase === 'data') return { kind: 'answered', dataReply: reply };
      if (!this.#note(command, reply)) return { kind: 'over', result: this.#outOfStep(command.phase, reply) };
    }
    throw new Error('An envelope ends with DATA.');
  }

  #say(commands: readonly EnvelopeCommand[]): void {
    this.#channel.expect(commands.length);
    this.#channel.write(commands.map(command => command.line).join(''));
  }

  /** Keeps what a reply to RSET, MAIL or RCPT decides; false when it makes no sense there. */
  #note(command: EnvelopeCommand, reply: SmtpReply): boolean {
    // After a refused MAIL the replies to its recipients say nothing of their own.
    if (isPositive(reply) || this.#mailIsRefused) return true;
    if (!isRefusal(reply) || command.isReset) return false;
    if (command.recipient === undefined) {
      this.#mailIsRefused = true;
      this.#answerRest('mail', reply);
    } else {
      this.#results[command.recipient] = this.#resultOf(command.recipient, 'rcpt', reply, false);
    }
    return true;
  }

  /** Nobody is left, but the server wants a text all the same (RFC 2920 3.1): it gets an empty one. */
  async #sendNothing(): Promise<void> {
    this.#channel.expect(1);
    this.#channel.write('.\r\n');
    const received = await this.#channel.nextReply(this.#link.timeouts.dotInMilliseconds);
    if (received.kind === 'reply' && isClosing(received.reply)) this.#channel.destroy('the server closed with 421');
  }

  /** The text goes at once, the dot as soon as it may: together with the text when leave is there already. */
  async #sendText(): Promise<SendResult> {
    const { timeouts } = this.#link;
    const channel = this.#channel;
    const pieces = [this.#mail.header, ...(Buffer.isBuffer(this.#mail.body) ? [this.#mail.body] : this.#mail.body)];
    const stuffed = doubleDots(pieces);

    channel.expect(1);
    if (sizeOf(this.#mail) > blockBytes) await this.#writeInBlocks(stuffed);
    channel.socket.cork();
    if (sizeOf(this.#mail) <= blockBytes) for (const piece of stuffed) channel.write(piece);

    const pending = channel.nextReply(timeouts.blockInMilliseconds);
    if (!(pending instanceof Promise)) return this.#answeredTooSoon(pending);
    let early: Received | undefined;
    pending.then(received => {
      early = received;
    });
    if (this.#leave.state === 'waiting') {
      channel.socket.uncork();
      await Promise.race([this.#leave.settled, pending]);
      channel.socket.cork();
    }
    if (early) return this.#answeredTooSoon(early);
    if (this.#leave.state === 'denied') {
      channel.destroy('abandoned before the final dot');
      return this.#lostIn('data', `abandoned before the final dot: ${this.#leave.reason}`);
    }

    channel.write(endOfData(pieces));
    channel.socket.uncork();
    channel.waitAtMost(timeouts.dotInMilliseconds);
    return this.#readLastReply(await pending);
  }

  async #writeInBlocks(pieces: readonly Buffer[]): Promise<void> {
    for (const block of inBlocks(pieces)) {
      // A server that answers in the middle has made up its mind; the rest would only be thrown away.
      if (!this.#channel.isOpen || this.#channel.hasReply) return;
      if (!this.#channel.write(block)) await this.#channel.drained(this.#link.timeouts.blockInMilliseconds);
    }
  }

  #readLastReply(received: Received): SendResult {
    if (received.kind === 'lost') return this.#lostIn('dot', received.error);
    if (!isPositive(received.reply) && !isRefusal(received.reply)) return this.#outOfStep('dot', received.reply);
    if (isClosing(received.reply)) this.#channel.destroy('the server closed with 421');
    return this.#answerRest('dot', received.reply);
  }

  /** The dot has not left, so nothing was taken; and how much of the text the server has read, nobody knows. */
  #answeredTooSoon(early: Received): SendResult {
    if (early.kind === 'lost') return this.#lostIn('data', early.error);
    if (!isRefusal(early.reply)) return this.#outOfStep('data', early.reply);
    this.#channel.destroy('the server answered before the end of the text');
    return this.#answerRest('data', early.reply);
  }

  #isSomebodyLeft(): boolean {
    return this.#results.includes(undefined);
  }

  #resultOf(index: number, phase: SendPhase, reply: SmtpReply, accepted: boolean): RecipientResult {
    return { recipient: this.#mail.recipients[index] ?? '', phase, reply: keepOf(reply), accepted };
  }

  #known(): RecipientResult[] {
    return this.#results.filter(result => result !== undefined);
  }

  #answered(): SendResult {
    const canReuse = this.#channel.isOpen && !this.#channel.hasReply;
    return { kind: 'answered', perRecipient: this.#known(), canReuse };
  }

  /** Gives this reply to everybody who had none. */
  #answerRest(phase: SendPhase, reply: SmtpReply): SendResult {
    const accepted = phase === 'dot' && isPositive(reply);
    for (const [index, result] of this.#results.entries()) {
      this.#results[index] = result ?? this.#resultOf(index, phase, reply, accepted);
    }
    return this.#answered();
  }

  /** Lost is only what had no answer yet. */
  #lostIn(phase: SendPhase, error: string, reply?: SmtpReply): SendResult {
    if (!this.#isSomebodyLeft()) return this.#answered();
    const why = reply ? { error, reply: keepOf(reply) } : { error };
    return { kind: 'lost', phase, dotSent: phase === 'dot', perRecipient: this.#known(), ...why };
  }

  #outOfStep(phase: SendPhase, reply: SmtpReply | undefined): SendResult {
    this.#channel.destroy('the server is out of step');
    return this.#lostIn(phase, `the server is out of step: it answered ${reply?.code ?? 'nothing'}`);
  }
}
