// How strangers try to reach another server's templates.

import assert from 'node:assert/strict';
import { type IsolationEntry, isolate, ownPage, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

const noTemplate = refused(422, 1101);

let made = 0;

/** One more template of the owner's. */
async function templateOf(owner: Owner): Promise<{ id: unknown; alias: string }> {
  made += 1;
  const alias = `owners-template-${made}`;
  const template = { Name: secretWord, Alias: alias, Subject: secretWord, TextBody: secretWord };
  return { id: (await owner.asServer('POST', '/templates', template)).TemplateId, alias };
}

async function pathOf(owner: Owner): Promise<string> {
  return `/templates/${(await templateOf(owner)).id}`;
}

/** One more layout of the owner's. Answers its alias. */
async function layoutOf(owner: Owner): Promise<string> {
  made += 1;
  const Alias = `owners-layout-${made}`;
  const layout = { Name: 'L', Alias, TemplateType: 'Layout', TextBody: `${secretWord} {{{@content}}}` };
  await owner.asServer('POST', '/templates', layout);
  return Alias;
}

const letter = { From: 'desk@shop.test', To: 'ana@buyer.test' };

export const templateEntries: readonly IsolationEntry[] = [
  isolate('GET /templates', {
    request: async owner => {
      await templateOf(owner);
      return { path: '/templates?count=500&offset=0' };
    },
    stranger: ownPage('Templates'),
    showsTheOwner: true,
  }),
  isolate('GET /templates/:templateidoralias', {
    request: async owner => ({ path: await pathOf(owner) }),
    stranger: noTemplate,
    showsTheOwner: true,
  }),
  isolate('POST /templates', {
    // Another's layout would be the frame of the stranger's mail.
    request: async owner => ({
      body: { Name: 'Mine', Subject: 'Mine', TextBody: 'Mine', LayoutTemplate: await layoutOf(owner) },
    }),
    stranger: refused(422, 1122),
  }),
  isolate('PUT /templates/:templateidoralias', {
    request: async owner => ({ path: await pathOf(owner), body: { TextBody: 'Changed' } }),
    stranger: noTemplate,
    showsTheOwner: true,
  }),
  isolate('DELETE /templates/:templateidoralias', {
    request: async owner => ({ path: await pathOf(owner) }),
    stranger: noTemplate,
  }),
  isolate('POST /templates/validate', {
    // Another's layout would show itself in the rendered content.
    request: async owner => ({ body: { TextBody: 'x', LayoutTemplate: await layoutOf(owner) } }),
    stranger: refused(422, 1122),
    showsTheOwner: true,
  }),
  isolate('PUT /templates/push', {
    request: async owner => {
      await templateOf(owner);
      const { serverId } = owner.server;
      const servers = { SourceServerID: serverId, DestinationServerID: owner.neighbour.serverId };
      return { body: { ...servers, PerformChanges: true } };
    },
    stranger: refused(422, 601),
    showsTheOwner: true,
  }),
  isolate('GET /template-gallery', {
    request: async () => ({}),
    stranger: ownThings((answer: { TotalCount: number }) => assert.equal(answer.TotalCount, 13)),
  }),
  isolate('POST /template-gallery/install', {
    // A ServerID in the body is no way to another's server.
    request: async ({ server }) => ({ body: { Aliases: ['welcome'], ServerID: server.serverId } }),
    stranger: ownThings((answer: { TotalCount: number }) => assert.equal(answer.TotalCount, 2)),
  }),
  isolate('POST /email/withtemplate', {
    request: async owner => ({ body: { ...letter, TemplateId: (await templateOf(owner)).id } }),
    stranger: noTemplate,
  }),
  isolate('POST /email/batchwithtemplates', {
    request: async owner => ({
      body: { Messages: [{ ...letter, TemplateAlias: (await templateOf(owner)).alias, TemplateModel: {} }] },
    }),
    stranger: ownThings((answers: { ErrorCode: number }[]) => assert.equal(answers[0]?.ErrorCode, 1101)),
  }),
];
