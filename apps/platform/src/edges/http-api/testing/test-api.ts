// For tests of endpoints: the real listener on a free port, with two servers and one account known by fixed tokens, and
// a request made by hand, so that nothing between test and wire changes a byte.

import http from 'node:http';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import { pino } from 'pino';
import type { Endpoint } from '../endpoint.ts';
import { createHttpApi, type HttpApi, type HttpApiOptions } from '../http-api.ts';

export const serverToken = '11111111-aaaa-4aaa-8aaa-111111111111';
export const otherServerToken = '22222222-bbbb-4bbb-8bbb-222222222222';
export const accountToken = '33333333-cccc-4ccc-8ccc-333333333333';

/** Server 1 belongs to `serverToken`, server 2 to `otherServerToken`, account 1 to `accountToken`. */
const serverIds: Readonly<Record<string, number>> = { [serverToken]: 1, [otherServerToken]: 2 };

export type TestApi = HttpApi & { port: number; logLines: Record<string, unknown>[] };

/** Closes with the test: `t.after(api.close)` is the caller's. `overrides` replaces any option, the database above all. */
export async function startTestApi(
  endpoints: readonly Endpoint[],
  overrides: Partial<HttpApiOptions> = {},
): Promise<TestApi> {
  const logLines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: line => logLines.push(JSON.parse(line) as Record<string, unknown>) });
  const api = createHttpApi({
    endpoints,
    authenticateServer: async token => {
      const serverId = serverIds[token];
      if (serverId === undefined) return undefined;
      return { serverId, accountId: 1, tokenId: serverId, deliveryType: 'Live', isTest: false };
    },
    authenticateAccount: async token => (token === accountToken ? { accountId: 1, tokenId: 1 } : undefined),
    database: { reads: poolThatMustNotBeUsed },
    clock: createSetClock(new Date('2026-03-04T05:06:07.089Z')),
    log,
    trustedProxies: [],
    rateLimits: { server: undefined, account: undefined },
    millisecondsNow: () => performance.now(),
    isReady: async () => ({ ready: true, reasons: [] }),
    metricsText: async () => '',
    ...overrides,
  });
  const { port } = await api.listen({ host: '127.0.0.1', port: 0 });
  return { ...api, port, logLines };
}

function refuseDatabase(): never {
  throw new Error('This test has no database.');
}

const poolThatMustNotBeUsed: Pool = {
  query: refuseDatabase,
  prepared: refuseDatabase,
  transaction: refuseDatabase,
  session: refuseDatabase,
};

export type Sent = {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON with its content type; text and bytes are sent as they are, without one. */
  body?: unknown;
};
export type Received = { status: number; headers: http.IncomingHttpHeaders; bytes: Buffer; json: unknown };

/** One request on a connection of its own, with the first server's token unless a token is given. */
export function send(port: number, sent: Sent): Promise<Received> {
  const headers: Record<string, string> = { ...sent.headers };
  if (!Object.keys(headers).some(name => /^x-postmark-\w+-token$/i.test(name)))
    headers['X-Postmark-Server-Token'] = serverToken;
  let body = sent.body;
  if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) {
    body = JSON.stringify(body);
    headers['Content-Type'] ??= 'application/json';
  }
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, method: sent.method ?? 'GET', path: sent.path, headers, agent: false },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            json: parseOrUndefined(bytes.toString()),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body as string | Buffer | undefined);
  });
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
