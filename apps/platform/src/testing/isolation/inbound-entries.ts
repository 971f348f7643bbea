// How strangers try to reach another server's inbound mail and its rules about senders.

import type { InboundStatus } from '../../features/inbound/inbound-message.ts';
import { storeSampleInbound } from '../../features/inbound/testing/sample-inbound.ts';
import { type IsolationEntry, isolate, ownPage, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

let made = 0;

/** A rule of the owner's. Answers its path. */
async function ruleOf(owner: Owner): Promise<string> {
  made += 1;
  const { ID } = await owner.asServer('POST', '/triggers/inboundrules', { Rule: `${secretWord}-${made}@ads.test` });
  return `/triggers/inboundrules/${ID}`;
}

/** A message that was read and posted. Answers its id. */
function inboundOf({ world, server }: Owner, status: InboundStatus = 'Processed'): Promise<string> {
  return storeSampleInbound(world.database.accept, server.serverId, {
    from: { name: secretWord, address: `${secretWord}@client.test` },
    subject: secretWord,
    status,
    source: `Subject: ${secretWord}\r\n\r\n${secretWord}\r\n`,
  });
}

const noMessage = refused(422, 701);
const noRule = refused(422, 812);

export const inboundEntries: readonly IsolationEntry[] = [
  isolate('GET /messages/inbound', {
    request: async owner => {
      await inboundOf(owner);
      return { path: '/messages/inbound?count=500&offset=0' };
    },
    stranger: ownPage('InboundMessages'),
    showsTheOwner: true,
  }),
  ...['details', 'dump'].map(end =>
    isolate(`GET /messages/inbound/:messageid/${end}`, {
      request: async owner => ({ path: `/messages/inbound/${await inboundOf(owner)}/${end}` }),
      stranger: noMessage,
      showsTheOwner: true,
    }),
  ),
  isolate('PUT /messages/inbound/:messageid/bypass', {
    request: async owner => ({ path: `/messages/inbound/${await inboundOf(owner, 'Blocked')}/bypass` }),
    stranger: noMessage,
  }),
  isolate('PUT /messages/inbound/:messageid/retry', {
    request: async owner => ({ path: `/messages/inbound/${await inboundOf(owner, 'Failed')}/retry` }),
    stranger: noMessage,
  }),
  isolate('POST /server/inbound/sample', {
    // It goes to the stranger's own address.
    request: async () => ({ body: { Subject: 'A sample of the stranger' } }),
    stranger: ownThings(),
  }),
  isolate('GET /triggers/inboundrules', {
    request: async owner => {
      await ruleOf(owner);
      return { path: '/triggers/inboundrules?count=500&offset=0' };
    },
    stranger: ownPage('InboundRules'),
    showsTheOwner: true,
  }),
  isolate('POST /triggers/inboundrules', {
    // Each server has rules of its own: what a stranger blocks is not blocked for the owner.
    request: async () => ({ body: { Rule: 'anybodys.test' } }),
    stranger: ownThings(),
  }),
  isolate('DELETE /triggers/inboundrules/:triggerid', {
    request: async owner => ({ path: await ruleOf(owner) }),
    stranger: noRule,
    showsTheOwner: true,
  }),
];
