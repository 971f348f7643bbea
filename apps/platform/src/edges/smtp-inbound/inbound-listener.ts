// The SMTP server that takes mail from the world. It answers 250 to a message only when `deliver` says that it is stored;
// everything it cannot take now it puts off (4xx), so that the sending server keeps it. RFC 5321, 1870, 2034, 2920, 3207,
// 6152, 6531.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SMTPServerSession } from 'smtp-server';
import { createMessageReader, type MessageLimits, notStored, tookTooLong } from '../smtp-listener/message-reader.ts';
import { type MessageReply, PromptServer, toReplyError } from '../smtp-listener/prompt-server.ts';
import { type Refused, refusal } from '../smtp-listener/refused.ts';
import { createSessionLives, lastedLongEnough, type SessionLimits } from '../smtp-listener/session-lives.ts';
import { defaultSourceLimits } from '../smtp-listener/source-reader.ts';
import type { AcceptRecipient, Deliver, RecipientAnswer } from './contract.ts';

export type InboundLimits = SessionLimits &
  MessageLimits & {
    recipientsPerMessageMax: number;
    /** Who asks for so many addresses that are not there is looking for some. */
    refusedRecipientsMax: number;
    /** RFC 5321 4.5.3.2.7: at least five minutes. */
    idleSecondsMax: number;
    /** What is under way when the listener is closed may take so long. */
    closeSecondsMax: number;
  };

export const defaultLimits: InboundLimits = {
  ...defaultSourceLimits,
  connectionsMax: 1000,
  connectionsPerAddressMax: 50,
  messagesPerConnectionMax: 500,
  recipientsPerMessageMax: 100,
  refusedRecipientsMax: 20,
  idleSecondsMax: 300,
  connectionSecondsMax: 3600,
  deliverSecondsMax: 20,
  messageSecondsMax: 900,
  memoryBytesMax: 256 * 1024 * 1024,
  closeSecondsMax: 2,
};

export type InboundListenerOptions = {
  hostName: string;
  /** Certificate chain and key in PEM, for STARTTLS. */
  tls: { cert: string | Buffer; key: string | Buffer };
  acceptRecipient: AcceptRecipient;
  deliver: Deliver;
  limits?: Partial<InboundLimits>;
  /** Of one message or command: `stored`, `try_later`, or the code of a refusal. */
  onAnswer?: (answer: string) => void;
  onError: (error: unknown) => void;
};

export type InboundListener = {
  listen(at: { host: string; port: number }): Promise<{ port: number }>;
  /** For connections that begin STARTTLS from now on. */
  useCertificate(tls: { cert: string | Buffer; key: string | Buffer }): void;
  connections(): number;
  /** Resolves within seconds: whoever waits for nothing is told to go, messages under way may end. */
  close(): Promise<void>;
};

const answerNames: ReadonlyMap<number, string> = new Map([
  [250, 'stored'],
  [notStored.code, 'try_later'],
]);
const noAnswer = refusal(451, '4.3.0', 'Nobody can say at the moment whether this recipient is here, try again later');
const tooManyUnknown = refusal(421, '4.7.0', 'Too many unknown recipients');

export function createInboundListener(options: InboundListenerOptions): InboundListener {
  const limits: InboundLimits = { ...defaultLimits, ...options.limits };
  const lives = createSessionLives(limits);
  const messages = createMessageReader(limits, options.onError);
  const refusedRecipients = new Map<string, number>();

  type Reply = (error?: (Error & { responseCode?: number }) | null) => void;
  function refuse(reply: Reply, refused: Refused): void {
    options.onAnswer?.(String(refused.code));
    reply(toReplyError(refused));
  }

  async function deliver(session: SMTPServerSession, source: Buffer): Promise<MessageReply | Refused> {
    const answer = await options.deliver(toMail(session, source));
    if (answer.kind === 'refused') return answer;
    return answer.kind === 'stored' ? { code: 250, text: '2.6.0 Stored' } : notStored;
  }

  async function acceptRecipient(address: string): Promise<RecipientAnswer> {
    try {
      return await options.acceptRecipient(address);
    } catch (error) {
      options.onError(error);
      return noAnswer;
    }
  }

  const server = new PromptServer({
    name: options.hostName,
    heloResponse: '%s',
    ...options.tls,
    logger: false,
    authMethods: [],
    disabledCommands: ['AUTH', 'WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'],
    authOptional: true,
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    size: limits.sizeInBytesMax,
    maxRecipients: limits.recipientsPerMessageMax,
    maxCommandLength: 4096,
    socketTimeout: limits.idleSecondsMax * 1000,
    closeTimeout: limits.closeSecondsMax * 1000,

    onConnect({ id, remoteAddress }, reply) {
      const tooMany = lives.enter(id, remoteAddress, () => server.dismiss(id, lastedLongEnough));
      return tooMany ? refuse(reply, tooMany) : reply();
    },
    onMailFrom(_address, session, reply) {
      const tooMany = lives.mayBringMessage(session.id);
      return tooMany ? refuse(reply, tooMany) : reply();
    },
    async onRcptTo({ address }, session, reply) {
      const answer = await acceptRecipient(address);
      if (answer.kind === 'accepted') return reply();
      // What is put off says nothing about the client.
      if (answer.code < 500) return refuse(reply, answer);
      const count = (refusedRecipients.get(session.id) ?? 0) + 1;
      // It may have gone while the answer was looked for.
      if (lives.isOpen(session.id)) refusedRecipients.set(session.id, count);
      return refuse(reply, count >= limits.refusedRecipientsMax ? tooManyUnknown : answer);
    },
    onClose(session) {
      lives.leave(session.id);
      refusedRecipients.delete(session.id);
    },
    beginMessage(session) {
      lives.countMessage(session.id);
      return messages.begin(
        source => deliver(session, source),
        () => server.dismiss(session.id, tookTooLong),
      );
    },
    onMessageAnswer: code => options.onAnswer?.(answerNames.get(code) ?? String(code)),
  });
  // Of one connection: reset, a failed handshake. The connection ends; the world is like that.
  server.on('error', () => {});

  return {
    async listen(at) {
      const socket = server.listen(at.port, at.host);
      await once(socket, 'listening');
      return { port: (server.server.address() as AddressInfo).port };
    },
    useCertificate: tls => server.updateSecureContext(tls),
    connections: () => lives.count(),
    close: () => server.closeSoon(),
  };
}

function toMail(session: SMTPServerSession, source: Buffer) {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    envelope: {
      mailFrom: mailFrom === false ? '' : mailFrom.address,
      recipients: rcptTo.map(recipient => recipient.address),
    },
    source,
    client: { address: session.remoteAddress, helo: session.hostNameAppearsAs, isEncrypted: session.secure },
  };
}
