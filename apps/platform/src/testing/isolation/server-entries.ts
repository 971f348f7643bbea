// How strangers try to reach another account's servers and their tokens, or another server's settings.

import assert from 'node:assert/strict';
import { type IsolationEntry, isolate, ownPage, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

const noServer = refused(422, 601);

let made = 0;

/** One more server of the owner's account. Answers its path. */
async function serverOf(owner: Owner): Promise<string> {
  made += 1;
  const { ID } = await owner.asAccount('POST', '/servers', { Name: `${secretWord} ${made}` });
  return `/servers/${ID}`;
}

export const serverEntries: readonly IsolationEntry[] = [
  isolate('GET /server', {
    request: async () => ({}),
    stranger: ownThings((answer: { Name: string }) => assert.notEqual(answer.Name, secretWord)),
    showsTheOwner: true,
  }),
  isolate('PUT /server', {
    // An ID in the body is no way to another's server.
    request: async ({ server }) => ({ body: { ID: server.serverId, Color: 'red' } }),
    stranger: ownThings((answer: { Color: string }) => assert.equal(answer.Color, 'red')),
  }),
  isolate('GET /server/inbound/dns-records', {
    request: async owner => {
      await owner.asServer('PUT', '/server', { InboundDomain: `${secretWord}.client.test` });
      return {};
    },
    stranger: ownThings((answer: { Records: unknown[] }) => assert.deepEqual(answer.Records, [])),
    showsTheOwner: true,
  }),
  isolate('GET /servers', {
    request: async owner => {
      await serverOf(owner);
      return { path: '/servers?count=500&offset=0' };
    },
    stranger: ownPage('Servers'),
    showsTheOwner: true,
  }),
  isolate('GET /servers/:serverid', {
    request: async owner => ({ path: await serverOf(owner) }),
    stranger: noServer,
    showsTheOwner: true,
  }),
  isolate('POST /servers', {
    // The name that a stranger takes is not taken for the owner.
    request: async () => ({ body: { Name: 'Anybody may call his server so' } }),
    stranger: ownThings(),
  }),
  isolate('PUT /servers/:serverid', {
    request: async owner => ({ path: await serverOf(owner), body: { Color: 'red' } }),
    stranger: noServer,
    showsTheOwner: true,
  }),
  isolate('DELETE /servers/:serverid', {
    request: async owner => ({ path: await serverOf(owner) }),
    stranger: noServer,
    showsTheOwner: true,
  }),
  isolate('GET /servers/:serverid/tokens', {
    request: async owner => {
      const server = await serverOf(owner);
      await owner.asAccount('POST', `${server}/tokens`, { Name: secretWord });
      return { path: `${server}/tokens` };
    },
    stranger: noServer,
    showsTheOwner: true,
  }),
  isolate('POST /servers/:serverid/tokens', {
    request: async owner => ({ path: `${await serverOf(owner)}/tokens`, body: { Name: 'another' } }),
    stranger: noServer,
  }),
  isolate('DELETE /servers/:serverid/tokens/:tokenid', {
    request: async owner => {
      const server = await serverOf(owner);
      const token = await owner.asAccount('POST', `${server}/tokens`, { Name: secretWord });
      return { path: `${server}/tokens/${token.ID}` };
    },
    stranger: noServer,
    showsTheOwner: true,
  }),
];
