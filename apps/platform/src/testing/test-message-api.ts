// For tests of endpoints: the endpoints of messages over real HTTP, on the database of a test world.

import type { SigningKey } from '@pennyblack/email/dkim/signing-key.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { buildSampleTaker } from '../build-inbound-sample.ts';
import type { HttpApiOptions } from '../edges/http-api/http-api.ts';
import { startTestApi, type TestApi } from '../edges/http-api/testing/test-api.ts';
import { createEndpoints } from '../endpoints.ts';
import { authenticateAccount } from '../features/accounts/authenticate-account.ts';
import { createReadDumps } from '../features/bounces/read-dumps.ts';
import { isQueuedCondition } from '../features/delivery/find-queued.ts';
import type { DomainDeps } from '../features/domains/ports.ts';
import { createMailReader } from '../features/inbound/mail-reader.ts';
import { createPostCache } from '../features/inbound/post-cache.ts';
import { createReadInbound } from '../features/inbound/read-inbound.ts';
import { createPostReader } from '../features/inbound/read-posts.ts';
import type { AcceptMessage } from '../features/sending/accept-message.ts';
import type { AcceptBulkForCaller } from '../features/sending/bulk/accept-for-caller.ts';
import { cancelBulk } from '../features/sending/bulk/cancel-bulk.ts';
import { createRunKeyedCall } from '../features/sending/http/keyed-call.ts';
import { createKeyedRequests } from '../features/sending/keyed-requests.ts';
import { createSendForCaller } from '../features/sending/send-for-caller.ts';
import { authenticateServer } from '../features/servers/authenticate-server.ts';
import { findSendingServer } from '../features/servers/find-server.ts';
import type { ServerDeps } from '../features/servers/ports.ts';
import { findStreams } from '../features/streams/find-streams.ts';
import { readSendableTemplate } from '../features/templates/sendable-template.ts';
import { createFindEndpoint } from '../features/webhook-calls/find-endpoint.ts';
import { createCallSamples } from '../features/webhooks/call-samples.ts';
import type { CallUrl } from '../features/webhooks/ports.ts';
import { testServerDeps } from './test-server-deps.ts';
import {
  createFakeIntake,
  createTestAcceptor,
  createTestBulkAcceptor,
  makeTestId,
  type TestWorld,
  testDomainDeps,
  testKeyRing,
} from './test-world.ts';

const nobodyAnswers: CallUrl = async () => ({
  kind: 'failed',
  failure: 'connection',
  text: 'nobody answers in this test',
  milliseconds: 0,
});

/** Nothing delivers: what is accepted stays queued. `keys` sign the sources that are shown. `callUrl` is the world's answer to webhooks. */
export function startMessageApi(
  world: TestWorld,
  {
    acceptor = createTestAcceptor(world, createFakeIntake(undefined)),
    keys = [],
    acceptBulk = createTestBulkAcceptor(world),
    callUrl = nobodyAnswers,
    allowsDataRemovals = true,
    http = {},
    servers = testServerDeps(),
    domains = testDomainDeps(world),
  }: {
    acceptor?: AcceptMessage;
    keys?: readonly SigningKey[];
    acceptBulk?: AcceptBulkForCaller;
    callUrl?: CallUrl;
    allowsDataRemovals?: boolean;
    http?: Partial<HttpApiOptions>;
    servers?: ServerDeps;
    domains?: DomainDeps;
  } = {},
): Promise<TestApi> {
  const { database } = world;
  const mailReader = createMailReader();
  const endpoints = createEndpoints({
    messages: {
      send: createSendForCaller(acceptor, serverId => findSendingServer(database.reads, serverId)),
      runKeyed: createRunKeyedCall(createKeyedRequests({ db: database, now: systemClock.now })),
      acceptBulk,
      cancelBulk: (serverId, bulkId, now) => cancelBulk(database.reads, serverId, bulkId, now),
      recordEvents: world.recordEvents,
      findTemplate: (serverId, key) => readSendableTemplate(database.reads, serverId, key),
      isQueued: isQueuedCondition,
      findKeys: async () => keys,
      streamsOf: serverId => findStreams(database.reads, serverId),
    },
    inbound: {
      readInbound: createReadInbound(mailReader),
      recordEvents: world.recordEvents,
      takeSample: buildSampleTaker({
        db: database,
        settings: { mailHostname: 'mail.shop.test', inboundDomain: 'inbound.mail.shop.test' },
        clock: systemClock,
        makeMessageId: makeTestId,
      }),
    },
    webhooks: {
      db: database.accept,
      keyRing: testKeyRing,
      recordEvents: world.recordEvents,
      callSamples: createCallSamples({ callUrl, makeCallId: makeTestId, clock: systemClock }),
      findEndpoint: createFindEndpoint(testKeyRing),
      contents: {
        readDumps: createReadDumps('mail.shop.test'),
        withPost: createPostReader({ db: database.reads, reader: mailReader, cache: createPostCache(0) }),
      },
      hint: () => {},
    },
    stats: { streamsOf: serverId => findStreams(database.reads, serverId) },
    servers: { servers, directoryChanged: () => {} },
    domains: { domains, directoryChanged: () => {} },
    accounts: { keyRing: testKeyRing, allowsDataRemovals },
    templates: { templatesChanged: () => {} },
    feedback: {
      recordEvents: world.recordEvents,
      readDumps: createReadDumps('mail.shop.test'),
      streamsOf: serverId => findStreams(database.reads, serverId),
    },
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
