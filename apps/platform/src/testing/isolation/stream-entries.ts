// How strangers try to reach another server's message streams and SMTP tokens.

import assert from 'node:assert/strict';
import { type IsolationEntry, isolate, ownPage, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

const noStream = refused(422, 1226);

let made = 0;

/** One more stream of the owner's, that no other server has. Answers its path. */
async function streamOf(owner: Owner): Promise<string> {
  made += 1;
  const { ID } = await owner.asServer('POST', '/message-streams', {
    ID: `owners-${made}`,
    Name: secretWord,
    MessageStreamType: 'Transactional',
  });
  return `/message-streams/${ID}`;
}

/** An SMTP token of the stream that every server has. Answers its path. */
async function smtpTokenOf(owner: Owner): Promise<string> {
  const { ID } = await owner.asServer('POST', '/message-streams/outbound/smtp-tokens', { Name: secretWord });
  return `/message-streams/outbound/smtp-tokens/${ID}`;
}

export const streamEntries: readonly IsolationEntry[] = [
  isolate('GET /message-streams', {
    request: async () => ({ path: '/message-streams?IncludeArchivedStreams=true' }),
    stranger: ownPage('MessageStreams'),
    showsTheOwner: true,
  }),
  isolate('GET /message-streams/:streamid', {
    request: async ({ streamId }) => ({ path: `/message-streams/${streamId}` }),
    stranger: noStream,
    showsTheOwner: true,
  }),
  isolate('POST /message-streams', {
    // Each server has ids of its own: the one that a stranger takes is not taken for the owner.
    request: async ({ server }) => ({
      body: { ID: 'anybodys', Name: 'Anybody’s', MessageStreamType: 'Broadcasts', ServerID: server.serverId },
    }),
    stranger: ownThings((answer: { ID: string }) => assert.equal(answer.ID, 'anybodys')),
  }),
  isolate('PATCH /message-streams/:streamid', {
    request: async ({ streamId }) => ({ path: `/message-streams/${streamId}`, body: { Description: 'Changed' } }),
    stranger: noStream,
    showsTheOwner: true,
  }),
  isolate('POST /message-streams/:streamid/archive', {
    request: async owner => ({ path: `${await streamOf(owner)}/archive` }),
    stranger: noStream,
  }),
  isolate('POST /message-streams/:streamid/unarchive', {
    request: async owner => {
      const stream = await streamOf(owner);
      await owner.asServer('POST', `${stream}/archive`);
      return { path: `${stream}/unarchive` };
    },
    stranger: noStream,
    showsTheOwner: true,
  }),
  isolate('GET /message-streams/:streamid/smtp-tokens', {
    request: async owner => {
      await smtpTokenOf(owner);
      return { path: '/message-streams/outbound/smtp-tokens' };
    },
    stranger: ownThings((answer: { SmtpTokens: [] }) => assert.deepEqual(answer.SmtpTokens, [])),
    showsTheOwner: true,
  }),
  isolate('POST /message-streams/:streamid/smtp-tokens', {
    // A ServerID in the body is no way to another's server.
    request: async ({ server }) => ({
      path: '/message-streams/outbound/smtp-tokens',
      body: { Name: 'another', ServerID: server.serverId },
    }),
    stranger: refused(422, 1455),
  }),
  isolate('DELETE /message-streams/:streamid/smtp-tokens/:tokenid', {
    request: async owner => ({ path: await smtpTokenOf(owner) }),
    stranger: refused(422, 1451),
    showsTheOwner: true,
  }),
];
