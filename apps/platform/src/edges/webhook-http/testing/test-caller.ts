// A caller of URLs for tests: it may reach loopback, knows a few names, and is closed with its receiver at the end.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import {
  startWebhookReceiver,
  type WebhookReceiver,
  type WebhookReceiverOptions,
  type WebhookScript,
} from '../../../../../../tools/fake-world/webhook-receiver.ts';
import { reasonToForbid } from '../address-rules.ts';
import type { UrlOutcome } from '../url-call.ts';
import { createUrlCaller, type UrlCaller, type UrlCallerOptions } from '../url-caller.ts';

export const sampleBody = '{"RecordType":"Delivery","Recipient":"nadia@client.test"}';

/** 127.0.0.2 plays the world; everything else is judged as it is. */
export const worldHost = '127.0.0.2';
export const guarded: Partial<UrlCallerOptions> = {
  allowPrivateTargets: false,
  reasonToForbid: address => (address === worldHost ? undefined : reasonToForbid(address)),
};

export async function startReceiver(
  t: TestContext,
  react?: WebhookScript,
  options: WebhookReceiverOptions = {},
): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver({ ...(react ? { react } : {}), ...options });
  t.after(() => receiver.close());
  return receiver;
}

/** For what a receiver of HTTP would not do. */
export async function startSocketServer(
  t: TestContext,
  onSocket: (socket: Socket) => void,
): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

export function makeCaller(t: TestContext, options: Partial<UrlCallerOptions> = {}): UrlCaller {
  const caller = createUrlCaller({
    resolve: async () => [],
    findInHostsFile: async () => [],
    allowPrivateTargets: true,
    ...options,
  });
  t.after(() => caller.close());
  return caller;
}

export function post(caller: UrlCaller, url: string, headers: Record<string, string> = {}): Promise<UrlOutcome> {
  return caller.call({ url, headers: { 'Content-Type': 'application/json', ...headers }, body: sampleBody });
}

/** An outcome without its duration, which no test asserts on. */
export function told(outcome: UrlOutcome): Record<string, unknown> {
  const { milliseconds: _, ...rest } = outcome;
  return rest;
}

export function failureOf(outcome: UrlOutcome): string {
  return outcome.kind === 'failed' ? outcome.failure : `answered ${outcome.status}`;
}
