// For tests of endpoints: the endpoints of messages over real HTTP, on the database of a test world.

import type { SigningKey } from '@pennyblack/email/dkim/signing-key.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import type { HttpApiOptions } from '../edges/http-api/http-api.ts';
import { startTestApi, type TestApi } from '../edges/http-api/testing/test-api.ts';
import { createEndpoints } from '../endpoints.ts';
import { authenticateAccount } from '../features/accounts/authenticate-account.ts';
import { isQueuedCondition } from '../features/delivery/find-queued.ts';
import type { AcceptMessage } from '../features/sending/accept-message.ts';
import { createSendForCaller } from '../features/sending/send-for-caller.ts';
import { authenticateServer } from '../features/servers/authenticate-server.ts';
import { findSendingServer } from '../features/servers/find-server.ts';
import { findStreams } from '../features/streams/find-streams.ts';
import { createFakeIntake, createTestAcceptor, type TestWorld, testKeyRing } from './test-world.ts';

/** Nothing delivers: what is accepted stays queued. `keys` sign the sources that are shown. */
export function startMessageApi(
  world: TestWorld,
  {
    acceptor = createTestAcceptor(world, createFakeIntake(undefined)),
    keys = [],
    allowsDataRemovals = true,
    http = {},
  }: {
    acceptor?: AcceptMessage;
    keys?: readonly SigningKey[];
    allowsDataRemovals?: boolean;
    http?: Partial<HttpApiOptions>;
  } = {},
): Promise<TestApi> {
  const { database } = world;
  const endpoints = createEndpoints({
    send: createSendForCaller(acceptor, serverId => findSendingServer(database.reads, serverId)),
    isQueued: isQueuedCondition,
    findKeys: async () => keys,
    streamsOf: serverId => findStreams(database.reads, serverId),
    keyRing: testKeyRing,
    allowsDataRemovals,
  });
  return startTestApi(endpoints, {
    database,
    clock: systemClock,
    authenticateServer: async token => {
      const server = await authenticateServer(database.reads, token);
      if (!server) return undefined;
      const { serverId, accountId, tokenId, deliveryType } = server;
      return { serverId, accountId, tokenId, deliveryType, isTest: false };
    },
    authenticateAccount: token => authenticateAccount(database.reads, token),
    ...http,
  });
}
