// The SMTP server that takes mail from the world. It answers 250 to a message only when `deliver` says that it is stored;
// everything it cannot take now it puts off (4xx), so that the sending server keeps it. RFC 5321, 1870, 2034, 2920, 3207,
// 6152, 6531.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { type ConnectionLimits, createConnectionCounter } from '../smtp-listener/connection-limits.ts';
import { PromptServer, toReplyError } from '../smtp-listener/prompt-server.ts';
import { type Refused, refusal } from '../smtp-listener/refused.ts';
import { createSourceReader, defaultSourceLimits, type SourceLimits } from '../smtp-listener/source-reader.ts';
import type { AcceptRecipient, Deliver, DeliverAnswer } from './contract.ts';

export type InboundLimits = ConnectionLimits &
  SourceLimits & {
    messagesPerConnectionMax: number;
    recipientsPerMessageMax: number;
    /** Who asks for so many addresses that are not there is looking for some. */
    refusedRecipientsMax: number;
    /** RFC 5321 4.5.3.2.7: at least five minutes. */
    idleSecondsMax: number;
    connectionSecondsMax: number;
    /** How long storing may take before the client is told to come again. */
    deliverSecondsMax: number;
    /** Of all messages that are being read, together. */
    memoryBytesMax: number;
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

const tooManyConnections = refusal(421, '4.7.0', 'Too many connections, try again later');
const tooManyMessages = refusal(421, '4.7.0', 'Enough messages for one connection, open a new one');
const tooManyUnknown = refusal(421, '4.7.0', 'Too many unknown recipients');
const noMemory = refusal(452, '4.3.1', 'Too much mail at the moment, try again later');
const notStored = refusal(451, '4.3.0', 'The message could not be stored, try again later');

type SessionCounts = { refusedRecipients: number; messages: number };

export function createInboundListener(options: InboundListenerOptions): InboundListener {
  const limits: InboundLimits = { ...defaultLimits, ...options.limits };
  const counter = createConnectionCounter(limits);
  const counts = new Map<string, SessionCounts>();
  const timers = new Map<string, NodeJS.Timeout>();
  let bytesInMemory = 0;

  type Reply = (error?: (Error & { responseCode?: number }) | null, message?: string) => void;
  function refuse(reply: Reply, refused: Refused): void {
    options.onAnswer?.(String(refused.code));
    reply(toReplyError(refused));
  }

  async function deliverInTime(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<DeliverAnswer> {
    const reader = createSourceReader(limits);
    let bytesKept = 0;
    try {
      for await (const piece of stream as AsyncIterable<Buffer>) {
        if (bytesInMemory + piece.length > limits.memoryBytesMax) reader.refuse(noMemory);
        const bytes = reader.take(piece);
        bytesKept += bytes;
        bytesInMemory += bytes;
      }
      const read = reader.end();
      if (read.kind === 'refused') return read;
      return await withinSeconds(limits.deliverSecondsMax, options.deliver(toMail(session, read.source)));
    } finally {
      bytesInMemory -= bytesKept;
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

    onConnect(session, reply) {
      if (!counter.enter(session.id, session.remoteAddress)) return refuse(reply, tooManyConnections);
      counts.set(session.id, { refusedRecipients: 0, messages: 0 });
      timers.set(session.id, setTimeout(() => endConnection(session.id), limits.connectionSecondsMax * 1000).unref());
      reply();
    },
    onMailFrom(_address, session, reply) {
      const count = counts.get(session.id);
      if (!count || count.messages >= limits.messagesPerConnectionMax) return refuse(reply, tooManyMessages);
      reply();
    },
    onRcptTo({ address }, session, reply) {
      const answer = options.acceptRecipient(address);
      if (answer.kind === 'accepted') return reply();
      const count = counts.get(session.id);
      if (count) count.refusedRecipients += 1;
      const isLooking = (count?.refusedRecipients ?? 0) >= limits.refusedRecipientsMax;
      return refuse(reply, isLooking ? tooManyUnknown : answer);
    },
    onData(stream, session, reply) {
      const count = counts.get(session.id);
      if (count) count.messages += 1;
      deliverInTime(stream, session).then(
        answer => {
          if (answer.kind === 'refused') return refuse(reply, answer);
          options.onAnswer?.(answer.kind);
          return answer.kind === 'stored' ? reply(null, 'Stored') : reply(toReplyError(notStored));
        },
        error => {
          // The client went away in the middle of the message: nothing of it was stored, and nobody waits for an answer.
          const isGone = error instanceof Error && 'code' in error && error.code === 'ECONNECTION';
          if (!isGone) options.onError(error);
          refuse(reply, notStored);
        },
      );
    },
    onClose(session) {
      counter.leave(session.id);
      counts.delete(session.id);
      clearTimeout(timers.get(session.id));
      timers.delete(session.id);
    },
  });
  // Of one connection: reset, a failed handshake. The connection ends; the world is like that.
  server.on('error', () => {});

  function endConnection(id: string): void {
    for (const connection of server.connections) {
      if (connection.id === id) connection.send(421, '4.4.2 This connection has lasted long enough');
    }
  }

  return {
    async listen(at) {
      const socket = server.listen(at.port, at.host);
      await once(socket, 'listening');
      return { port: (server.server.address() as AddressInfo).port };
    },
    useCertificate: tls => server.updateSecureContext(tls),
    connections: () => counter.count(),
    async close() {
      if (!server.server.listening) return;
      const closed = new Promise<void>(resolve => server.close(resolve));
      server.dismissIdle();
      await closed;
      server.destroyAll();
    },
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

/** The work goes on when its time is over: what it stores then is recognised when the client sends it again. */
async function withinSeconds(seconds: number, work: Promise<DeliverAnswer>): Promise<DeliverAnswer> {
  const late = Promise.withResolvers<DeliverAnswer>();
  const timer = setTimeout(() => late.resolve({ kind: 'try_later' }), seconds * 1000);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
