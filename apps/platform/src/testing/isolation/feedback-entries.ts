// How strangers try to reach another server's bounces and Rebound settings, and the lists of suppressed addresses of
// another's streams, server and account.

import assert from 'node:assert/strict';
import { recordSamples, sampleBounce } from '../../features/bounces/testing/sample-bounces.ts';
import { type IsolationEntry, isolate, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

const noBounce = refused(422, 1001);

let made = 0;

function nextAddress(word: string): string {
  made += 1;
  return `${word}-${made}@client.test`;
}

/** A bounce on the stream that every server has; its address is suppressed by it. Answers its path. */
async function bounceOf({ world, server }: Owner): Promise<string> {
  const bounce = sampleBounce(server.serverId, {
    emailAddress: nextAddress(`${secretWord}-bounced`),
    subject: secretWord,
    tag: secretWord,
    details: `smtp;550 no such user ${secretWord}`,
  });
  const [bounceId] = await recordSamples(world.database, world.recordEvents, [bounce]);
  return `/bounces/${bounceId}`;
}

const bounceEntries: readonly IsolationEntry[] = [
  isolate('GET /deliverystats', {
    request: async owner => {
      await bounceOf(owner);
      return {};
    },
    stranger: ownThings((answer: object) =>
      assert.deepEqual(answer, { InactiveMails: 0, Bounces: [{ Name: 'All', Count: 0 }] }),
    ),
  }),
  isolate('GET /bounces', {
    request: async owner => {
      await bounceOf(owner);
      return { path: '/bounces?count=500&offset=0' };
    },
    stranger: ownThings((answer: object) => assert.deepEqual(answer, { TotalCount: 0, Bounces: [] })),
    showsTheOwner: true,
  }),
  isolate('GET /bounces/tags', {
    request: async owner => {
      await bounceOf(owner);
      return {};
    },
    stranger: ownThings((tags: string[]) => assert.deepEqual(tags, [])),
    showsTheOwner: true,
  }),
  isolate('GET /bounces/:bounceid', {
    request: async owner => ({ path: await bounceOf(owner) }),
    stranger: noBounce,
    showsTheOwner: true,
  }),
  isolate('GET /bounces/:bounceid/dump', {
    request: async owner => ({ path: `${await bounceOf(owner)}/dump` }),
    stranger: noBounce,
    showsTheOwner: true,
  }),
  isolate('PUT /bounces/:bounceid/activate', {
    request: async owner => ({ path: `${await bounceOf(owner)}/activate` }),
    stranger: noBounce,
    showsTheOwner: true,
  }),
];

type Rebound = { Enabled: boolean; PublicToken: string | null };

/** The public token that the owner's pages ask with, while it is his. */
let publicToken = '';

const onRebound = (method: string, look: (answer: Rebound) => void): IsolationEntry =>
  isolate(`${method} /rebound`, {
    request: async owner => {
      publicToken = String((await owner.asServer('POST', '/rebound')).PublicToken);
      return {};
    },
    stranger: ownThings(look),
  });

const reboundEntries: readonly IsolationEntry[] = [
  onRebound('GET', answer => assert.notEqual(answer.PublicToken, publicToken)),
  onRebound('POST', answer => assert.notEqual(answer.PublicToken, publicToken)),
  onRebound('DELETE', answer => assert.equal(answer.PublicToken, null)),
];

type Change = { Suppressions: { Status: string }[] };

/**
 * An address that the owner has suppressed himself, so that he may lift it. Without the secret word where the stranger
 * writes it, because an answer repeats what was written.
 */
async function suppressedOf(owner: Owner, list: string, word: string): Promise<string> {
  const EmailAddress = nextAddress(word);
  const change = list.startsWith('/account') ? owner.asAccount : owner.asServer;
  await change('POST', list, { Suppressions: [{ EmailAddress }] });
  return EmailAddress;
}

/** The five endpoints of one kind of list. `list` is the path of one that strangers have too, under the same name. */
function onList(endpointPath: string, list = endpointPath): IsolationEntry[] {
  const reading = (action: string): IsolationEntry =>
    isolate(`GET ${endpointPath}${action}`, {
      request: async owner => {
        await suppressedOf(owner, list, secretWord);
        return { path: `${list}${action}` };
      },
      stranger: ownThings(),
      showsTheOwner: true,
    });
  return [
    reading('/dump'),
    reading('/export'),
    isolate(`POST ${endpointPath}`, {
      // The owner's list does not hold the address, and must not after the stranger has suppressed it.
      request: async () => ({ path: list, body: { Suppressions: [{ EmailAddress: nextAddress('new') }] } }),
      stranger: ownThings((answer: Change) => assert.equal(answer.Suppressions[0]?.Status, 'Suppressed')),
    }),
    isolate(`POST ${endpointPath}/delete`, {
      request: async owner => {
        const EmailAddress = await suppressedOf(owner, list, 'known');
        return { path: `${list}/delete`, body: { Suppressions: [{ EmailAddress }] } };
      },
      // Letting an address receive that is not suppressed is a success.
      stranger: ownThings((answer: Change) => assert.equal(answer.Suppressions[0]?.Status, 'Deleted')),
    }),
    isolate(`POST ${endpointPath}/import`, {
      // That the owner's list holds the address already is not to be seen; a complaint would take the reason's place.
      request: async owner => {
        const Csv = `${await suppressedOf(owner, list, 'known')},SpamComplaint`;
        return { path: `${list}/import`, body: { Csv } };
      },
      stranger: ownThings((answer: { Imported: number; AlreadySuppressed: number }) =>
        assert.deepEqual([answer.Imported, answer.AlreadySuppressed], [1, 0]),
      ),
    }),
  ];
}

export const feedbackEntries: readonly IsolationEntry[] = [
  ...bounceEntries,
  ...reboundEntries,
  ...onList('/message-streams/:streamid/suppressions', '/message-streams/outbound/suppressions'),
  ...onList('/suppressions'),
  ...onList('/account/suppressions'),
  isolate('GET /suppressions/search', {
    // Not what the account's list holds: that keeps mail of the neighbour back as well, and he may know it.
    request: async owner => {
      const word = `${secretWord}-searched`;
      await suppressedOf(owner, '/suppressions', word);
      await suppressedOf(owner, '/message-streams/outbound/suppressions', word);
      return { path: `/suppressions/search?emailaddress=${word}` };
    },
    stranger: ownThings((answer: { TotalCount: number }) => assert.equal(answer.TotalCount, 0)),
    showsTheOwner: true,
  }),
];
