// One entry for each endpoint of the platform: how a stranger would try to reach what is another's, and what he gets.
// An endpoint without an entry fails endpoints-isolation.test.ts. Entries of larger areas: the files beside this one.

import assert from 'node:assert/strict';
import { createDataRemovalJob } from '../../build-data-removals.ts';
import { addToken } from '../../features/accounts/account-tokens.ts';
import { requestRemoval } from '../../features/data-removals/request-removal.ts';
import { testKeyRing } from '../test-world.ts';
import { bulkEntries } from './bulk-entries.ts';
import { domainEntries, senderEntries } from './domain-entries.ts';
import { feedbackEntries } from './feedback-entries.ts';
import { inboundEntries } from './inbound-entries.ts';
import { type IsolationEntry, isolate, ownThings, type PublicEntry, refused } from './isolation-entry.ts';
import { secretWord } from './isolation-world.ts';
import { scheduledEntries } from './scheduled-entries.ts';
import { serverEntries } from './server-entries.ts';
import { statsEntries } from './stats-entries.ts';
import { streamEntries } from './stream-entries.ts';
import { templateEntries } from './template-entries.ts';
import { trackingEntries } from './tracking-entries.ts';
import { webhookEntries } from './webhook-entries.ts';

const letter = { From: 'desk@shop.test', To: 'ana@buyer.test', Subject: 'Hello', TextBody: 'Hello' };
const addressOfOwner = `${secretWord}@client.test`;

export const publicEntries: readonly PublicEntry[] = [];

export const isolationTable: readonly IsolationEntry[] = [
  isolate('POST /email', {
    request: async owner => ({ body: { ...letter, MessageStream: owner.streamId } }),
    stranger: refused(422, 1235),
  }),
  isolate('POST /email/batch', {
    request: async owner => ({ body: [{ ...letter, MessageStream: owner.streamId }] }),
    stranger: ownThings((answers: { ErrorCode: number }[]) => assert.equal(answers[0]?.ErrorCode, 1235)),
  }),
  ...bulkEntries,
  isolate('GET /messages/outbound', {
    request: async owner => {
      await owner.message();
      return { path: '/messages/outbound?count=500&offset=0' };
    },
    stranger: ownThings((answer: { TotalCount: number }) => assert.equal(answer.TotalCount, 0)),
    showsTheOwner: true,
  }),
  isolate('GET /messages/outbound/:messageid/details', {
    request: async owner => ({ path: `/messages/outbound/${await owner.message()}/details` }),
    stranger: refused(422, 701),
    showsTheOwner: true,
  }),
  isolate('GET /messages/outbound/:messageid/dump', {
    request: async owner => ({ path: `/messages/outbound/${await owner.message()}/dump` }),
    stranger: refused(422, 701),
    showsTheOwner: true,
  }),
  isolate('POST /data-removals', {
    // The owner's mail to this address waits in the queue; the stranger's request must not end it.
    request: async owner => {
      await owner.world.database.accept.query`delete from data_removals`;
      await owner.message();
      return { body: { RequestedBy: 'me@stranger.test', RequestedFor: `${secretWord}@buyer.test` } };
    },
    stranger: ownThings((answer: { Status: string }) => assert.equal(answer.Status, 'Pending')),
    settle: ({ world }) =>
      createDataRemovalJob(world.database.results, world.recordEvents)(new Date(Date.now() + 120_000)),
  }),
  isolate('GET /data-removals/:dataremovalid', {
    request: async ({ world, accountId }) => {
      const request = { requestedBy: addressOfOwner, requestedFor: addressOfOwner, notifyWhenCompleted: false };
      const made = await world.database.accept.transaction(tx => requestRemoval(tx, accountId, request, new Date()));
      return { path: `/data-removals/${made.dataRemovalId}` };
    },
    stranger: refused(422, 1301),
  }),
  isolate('GET /account/tokens', {
    request: async ({ world, accountId }) => {
      await world.database.accept.transaction(tx => addToken(tx, testKeyRing, accountId, secretWord, new Date()));
      return {};
    },
    stranger: ownThings((answer: { TotalCount: number }) => assert.ok(answer.TotalCount >= 1)),
    showsTheOwner: true,
  }),
  isolate('POST /account/tokens', {
    request: async () => ({ body: { Name: 'another' } }),
    stranger: ownThings(),
  }),
  isolate('DELETE /account/tokens/:tokenid', {
    request: async ({ world, accountId }) => {
      const made = await world.database.accept.transaction(tx =>
        addToken(tx, testKeyRing, accountId, secretWord, new Date()),
      );
      return { path: `/account/tokens/${made.tokenId}` };
    },
    stranger: refused(404, 12),
  }),
  ...scheduledEntries,
  ...webhookEntries,
  ...serverEntries,
  ...streamEntries,
  ...domainEntries,
  ...senderEntries,
  ...feedbackEntries,
  ...inboundEntries,
  ...templateEntries,
  ...statsEntries,
  ...trackingEntries,
];
