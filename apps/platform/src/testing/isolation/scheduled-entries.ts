// How strangers try to see, cancel and move another server's scheduled messages.

import { type IsolationEntry, isolate, ownPage, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

const notFound = refused(422, 701);

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** Answers its path. */
async function scheduledOf(owner: Owner): Promise<string> {
  const message = await owner.asServer('POST', '/email', {
    From: `${secretWord}@shop.test`,
    To: `${secretWord}@buyer.test`,
    Subject: secretWord,
    Tag: secretWord,
    TextBody: secretWord,
    SendAt: inDays(30),
  });
  return `/email/scheduled/${message.MessageID}`;
}

export const scheduledEntries: readonly IsolationEntry[] = [
  isolate('GET /email/scheduled', {
    request: async owner => {
      await scheduledOf(owner);
      return { path: '/email/scheduled?count=500&offset=0' };
    },
    stranger: ownPage('Messages'),
    showsTheOwner: true,
  }),
  isolate('GET /email/scheduled/:messageid', {
    request: async owner => ({ path: await scheduledOf(owner) }),
    stranger: notFound,
    showsTheOwner: true,
  }),
  isolate('PATCH /email/scheduled/:messageid', {
    request: async owner => ({ path: await scheduledOf(owner), body: { SendAt: inDays(2) } }),
    stranger: notFound,
    showsTheOwner: true,
  }),
  isolate('DELETE /email/scheduled/:messageid', {
    request: async owner => ({ path: await scheduledOf(owner) }),
    stranger: notFound,
  }),
];
