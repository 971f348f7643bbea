// For tests of endpoints that take an account's token: two accounts on one database, over real HTTP.

import { createSetClock, type SetClock } from '@pennyblack/runtime/clock.ts';
import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '../edges/http-api/endpoint.ts';
import { type Received, send, startTestApi, type TestApi } from '../edges/http-api/testing/test-api.ts';
import { createAccount } from '../features/accounts/create-account.ts';
import { type TestWorld, testKeyRing } from './test-world.ts';

export type AccountApi = {
  api: TestApi;
  clock: SetClock;
  otherAccountId: number;
  /** As the world's account. An object is sent as JSON. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** As another account of the installation. */
  callAsOther(method: string, path: string, body?: unknown): Promise<Answer>;
  /** With the headers given and no token of its own. */
  callWith(headers: Record<string, string>, method: string, path: string, body?: unknown): Promise<Answer>;
};

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
export type Answer = { status: number; json: any; received: Received };

/** Closes with the caller's `after(api.close)`. */
export async function startAccountApi(
  world: TestWorld,
  endpoints: readonly Endpoint[],
  extraRoutes?: (app: FastifyInstance) => void,
): Promise<AccountApi> {
  const other = await world.database.accept.transaction(tx =>
    createAccount(tx, testKeyRing, { name: 'Other', givenToken: undefined }, new Date()),
  );
  const tokens = new Map([
    ['own', world.accountId],
    ['other', other.accountId],
  ]);
  const clock = createSetClock(new Date('2026-11-26T12:00:00Z'));
  const api = await startTestApi(endpoints, {
    database: world.database,
    clock,
    extraRoutes,
    authenticateAccount: async token => {
      const accountId = tokens.get(token);
      return accountId === undefined ? undefined : { accountId, tokenId: accountId };
    },
  });
  const callWith = async (headers: Record<string, string>, method: string, path: string, body?: unknown) => {
    const received = await send(api.port, { method, path, headers, ...(body === undefined ? {} : { body }) });
    return { status: received.status, json: received.json, received };
  };
  const withToken = (token: string) => (method: string, path: string, body?: unknown) =>
    callWith({ 'X-Postmark-Account-Token': token }, method, path, body);
  return {
    api,
    clock,
    otherAccountId: other.accountId,
    call: withToken('own'),
    callAsOther: withToken('other'),
    callWith,
  };
}
