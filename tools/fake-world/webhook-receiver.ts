// A scripted receiver of webhooks on the loopback address, over HTTP or HTTPS: answers 200, unless its script says
// otherwise. It can misbehave in the ways that receivers do.

import { EventEmitter, once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { KeyAndCertificate } from './certificates.ts';

export type ReceivedRequest = {
  method: string;
  /** With the query. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
  at: Date;
};

export type WebhookReaction = {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The Location header. */
  location?: string;
  /** Before the answer begins. */
  delayInMilliseconds?: number;
  /** No answer ever; the connection stays open. */
  hang?: boolean;
  /** The connection is cut before the answer, within its headers, or within its body. */
  closeInTheMiddle?: 'before' | 'headers' | 'body';
  /** One byte at a time, without end. */
  dribble?: 'headers' | 'body';
  /** A body (or headers) of as many bytes as the other side cares to read. */
  endlessBody?: boolean;
  endlessHeaders?: boolean;
  /** As `endlessBody`, of a length that is said beforehand. */
  bodyBytes?: number;
  /** Bytes exactly as they go out, instead of an answer; then the connection is closed. */
  raw?: string;
};

/** `index` counts requests from 0. */
export type WebhookScript = (request: ReceivedRequest, index: number) => WebhookReaction | undefined;

export type WebhookReceiverOptions = {
  react?: WebhookScript;
  /** Off for load: requests are only counted, and the script sees none of their bodies. Default true. */
  keepRequests?: boolean;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default: any free one. */
  port?: number;
  /** HTTPS with this certificate. */
  tls?: KeyAndCertificate;
  /** Between the bytes of what is dribbled. Default 20. */
  dribbleInMilliseconds?: number;
};

export type WebhookReceiver = {
  /** `http://127.0.0.1:port`, without a path. */
  url: string;
  host: string;
  port: number;
  /** In order of arrival, each once it is whole. */
  requests: ReceivedRequest[];
  /** The same as a number, also when they are not kept. */
  readonly requestCount: number;
  /** Connections accepted so far. */
  readonly connections: number;
  readonly openConnections: number;
  /** Resolves once so many requests have come. */
  waitForRequests(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  waitForNoConnection(): Promise<void>;
  /** From the next request on. */
  setScript(react: WebhookScript): void;
  /** Cuts every open connection, as a crashing receiver would. */
  dropConnections(): void;
  close(): Promise<void>;
};

export async function startWebhookReceiver(options: WebhookReceiverOptions = {}): Promise<WebhookReceiver> {
  const { keepRequests = true, host = '127.0.0.1', dribbleInMilliseconds = 20 } = options;
  const sockets = new Set<Socket>();
  const requests: ReceivedRequest[] = [];
  const news = new EventEmitter().setMaxListeners(0);
  let react = options.react;
  let requestCount = 0;
  let connections = 0;

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming, keepRequests);
    const request = describeRequest(incoming, body);
    if (keepRequests) requests.push(request);
    const reaction = react?.(request, requestCount) ?? {};
    requestCount += 1;
    news.emit('request');
    await answer(response, reaction, dribbleInMilliseconds);
  }

  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => {});
    // What goes wrong here is that the other side has gone.
    handle(incoming, response).catch(() => response.destroy());
  };
  const server: Server = options.tls ? createHttpsServer(options.tls, listener) : createHttpServer(listener);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      news.emit('close');
    });
  });
  server.on('tlsClientError', () => {});
  server.listen({ port: options.port ?? 0, host, backlog: 1024 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  function dropConnections(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    url: `${options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    host,
    port,
    requests,
    get requestCount() {
      return requestCount;
    },
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    async waitForRequests(count) {
      while (requestCount < count) await once(news, 'request');
    },
    async waitForNoConnection() {
      while (sockets.size > 0) await once(news, 'close');
    },
    setScript(script) {
      react = script;
    },
    dropConnections,
    async close() {
      dropConnections();
      await new Promise(done => server.close(done));
    },
  };
}

async function readBody(incoming: IncomingMessage, isKept: boolean): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (isKept) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function describeRequest(incoming: IncomingMessage, body: string): ReceivedRequest {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: Object.fromEntries(headers),
    body,
    at: new Date(),
  };
}

async function answer(response: ServerResponse, reaction: WebhookReaction, pause: number): Promise<void> {
  if (reaction.hang) return;
  if (reaction.delayInMilliseconds !== undefined) await wait(reaction.delayInMilliseconds);
  const { socket } = response;
  if (reaction.closeInTheMiddle === 'before') socket?.destroy();
  else if (reaction.closeInTheMiddle === 'headers') socket?.end('HTTP/1.1 200 OK\r\nContent-Ty');
  else if (reaction.raw !== undefined) socket?.end(reaction.raw);
  else if (reaction.dribble === 'headers') await dribble(socket, 'HTTP/1.1 200 OK\r\nX-Slow: ', pause);
  else if (reaction.endlessHeaders) await flood(socket, 'HTTP/1.1 200 OK\r\n', `X-Flood: ${'x'.repeat(1000)}\r\n`);
  else await answerWithHead(response, reaction, pause);
}

async function answerWithHead(response: ServerResponse, reaction: WebhookReaction, pause: number): Promise<void> {
  const body = reaction.body ?? '';
  const isCut = reaction.closeInTheMiddle === 'body';
  const length = reaction.bodyBytes ?? (isCut ? Buffer.byteLength(body) + 1000 : Buffer.byteLength(body));
  const isEndless = reaction.endlessBody === true || reaction.dribble === 'body';
  response.writeHead(reaction.status ?? 200, {
    ...(isEndless ? {} : { 'Content-Length': length }),
    ...(reaction.location === undefined ? {} : { Location: reaction.location }),
    ...reaction.headers,
  });
  if (isCut) response.write(body, () => response.socket?.destroy());
  else if (reaction.dribble === 'body') await dribble(response, body, pause);
  else if (reaction.endlessBody || reaction.bodyBytes !== undefined) {
    await flood(response, body, 'x'.repeat(64 * 1024), reaction.bodyBytes);
  } else response.end(body);
}

type Sink = Socket | ServerResponse | null;

async function dribble(sink: Sink, beginning: string | Buffer, pause: number): Promise<void> {
  sink?.write(beginning);
  while (sink && !sink.destroyed) {
    sink.write('x');
    await wait(pause);
  }
}

async function flood(
  sink: Sink,
  beginning: string | Buffer,
  piece: string,
  bytes = Number.POSITIVE_INFINITY,
): Promise<void> {
  if (!sink) return;
  sink.write(beginning);
  for (let sent = beginning.length; sent < bytes && !sink.destroyed; sent += piece.length) {
    const part = piece.slice(0, bytes - sent);
    if (!sink.write(part)) await waitForRoom(sink);
  }
  sink.end();
}

/** Or for the end of the connection. */
function waitForRoom(sink: Socket | ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const go = () => {
      sink.off('drain', go);
      sink.off('close', go);
      resolve();
    };
    sink.once('drain', go);
    sink.once('close', go);
  });
}
