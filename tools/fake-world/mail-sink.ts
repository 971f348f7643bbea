// A scripted SMTP receiver on the loopback address: takes everything, unless its script says otherwise.
// It is strict where a test must see our mistakes (order of commands, end of data) and generous elsewhere.

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { SinkMessage, SinkScript } from './sink-script.ts';
import { createSinkSession, type SinkLedger } from './sink-session.ts';

export type { SinkFate, SinkMessage, SinkMoment, SinkPhase, SinkReaction, SinkScript } from './sink-script.ts';

export type MailSinkOptions = SinkScript & {
  /** Off for speed: messages are only counted, and commands are not remembered. Default true. */
  keepMessages?: boolean;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default: any free one. */
  port?: number;
};

export type MailSink = {
  host: string;
  port: number;
  /** Messages that got a 2xx after their dot, in order of arrival. */
  messages: SinkMessage[];
  /** The same as a number, also when they are not kept. */
  readonly messageCount: number;
  /** Commands as received, in order, over all connections. */
  commands: string[];
  /** Connections accepted so far. */
  readonly connections: number;
  readonly openConnections: number;
  /** Reads that brought more than one command at once. */
  readonly pipelinedGroups: number;
  /** Called for each message that is taken, before its reply leaves. */
  onMessage: ((message: SinkMessage) => void) | undefined;
  /** From the next moment on; open connections stay. */
  setScript(script: SinkScript): void;
  /** Cuts every open connection, as a crashing server would. */
  dropConnections(): void;
  close(): Promise<void>;
};

export async function startMailSink(options: MailSinkOptions = {}): Promise<MailSink> {
  const sockets = new Set<Socket>();
  const ledger: SinkLedger = {
    script: options,
    keepMessages: options.keepMessages ?? true,
    messages: [],
    commands: [],
    messageCount: 0,
    pipelinedGroups: 0,
    attempts: new Map(),
    onMessage: undefined,
  };
  let connections = 0;

  const server = createServer({ noDelay: true }, socket => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    createSinkSession(socket, connections, ledger);
  });
  const host = options.host ?? '127.0.0.1';
  server.listen({ port: options.port ?? 0, host, backlog: 1024 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The mail sink has no port.');

  function dropConnections(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    host,
    port: address.port,
    messages: ledger.messages,
    commands: ledger.commands,
    get messageCount() {
      return ledger.messageCount;
    },
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    get pipelinedGroups() {
      return ledger.pipelinedGroups;
    },
    get onMessage() {
      return ledger.onMessage;
    },
    set onMessage(listener) {
      ledger.onMessage = listener;
    },
    setScript(script) {
      ledger.script = script;
    },
    dropConnections,
    async close() {
      dropConnections();
      await new Promise(done => server.close(done));
    },
  };
}
