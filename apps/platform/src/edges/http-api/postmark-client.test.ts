// The unmodified official Node client against the listener: what it sends is understood, what it gets it can read.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AccountClient, Errors, ServerClient } from 'postmark';
import { Type } from 'typebox';
import { Refusal } from '../../refusals.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { pagingQuery, readPaging } from './paging.ts';
import { accountToken, serverToken, startTestApi, type TestApi } from './testing/test-api.ts';
import { textMap } from './wire-types.ts';

const common = { token: 'server', summary: '', group: 'Tests', response: Type.Object({}) } as const;

const endpoints: Endpoint[] = [
  defineEndpoint({
    ...common,
    method: 'POST',
    path: '/email',
    body: Type.Object({ From: Type.String(), To: Type.Optional(Type.String()), Metadata: Type.Optional(textMap()) }),
    async handle(call) {
      if (call.body.To === 'inactive@a.test')
        throw new Refusal(
          'recipients_inactive',
          'You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: inactive@a.test. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.',
        );
      if (call.body.To === 'bug@a.test') throw new Error('bug');
      return { ErrorCode: 0, Message: JSON.stringify(call.body), MessageID: 'id', SubmittedAt: '', To: call.body.To };
    },
  }),
  defineEndpoint({
    ...common,
    method: 'GET',
    path: '/messages/outbound',
    query: Type.Object({ ...pagingQuery, fromdate: Type.Optional(Type.String()) }),
    async handle(call) {
      const paging = readPaging(call.query);
      if (paging.kind === 'refused') throw new Refusal('message_search_invalid', paging.text);
      return { TotalCount: paging.count, Messages: [call.query] };
    },
  }),
  defineEndpoint({
    ...common,
    method: 'PUT',
    path: '/bounces/:bounceid/activate',
    handle: async call => ({ Message: 'OK', Bounce: { ID: call.pathNumber('bounceid') } }),
  }),
  defineEndpoint({ ...common, method: 'GET', path: '/deliverystats', handle: async () => ({ Bounces: [] }) }),
  defineEndpoint({
    ...common,
    method: 'POST',
    path: '/domains',
    token: 'account',
    body: Type.Object({ Name: Type.Optional(Type.String()), ReturnPathDomain: Type.Optional(Type.String()) }),
    handle: async call => call.body,
  }),
];

let api: TestApi;
let server: ServerClient;
let account: AccountClient;
before(async () => {
  api = await startTestApi(endpoints);
  const where = { requestHost: `127.0.0.1:${api.port}`, useHttps: false };
  server = new ServerClient(serverToken, where);
  account = new AccountClient(accountToken, where);
});
after(() => api.close());

test('a message sent with nulls in it is read without them', async () => {
  // The client's own types forbid null, but programs in JavaScript send it.
  const nothing = null as unknown as string;
  const answer = await server.sendEmail({ From: 'a@a.test', To: 'b@a.test', Subject: nothing, Metadata: { Id: '1' } });
  assert.deepEqual(JSON.parse(answer.Message), { From: 'a@a.test', To: 'b@a.test', Metadata: { Id: '1' } });
});

test("a search with the client's own parameter names finds its way", async () => {
  const found = await server.getOutboundMessages({ fromDate: '2024-01-31', count: 3 });
  assert.equal(found.TotalCount, 3);
  assert.deepEqual(found.Messages[0], { count: '3', offset: '0', fromdate: '2024-01-31' });
});

test('calls without a body, mixed-case paths and trailing slashes are understood', async () => {
  assert.deepEqual(await server.activateBounce(692560173), { Message: 'OK', Bounce: { ID: 692560173 } });
  assert.deepEqual(await server.getDeliveryStatistics(), { Bounces: [] });
  assert.deepEqual(await account.createDomain({ Name: 'a.test' }), { Name: 'a.test' });
});

test('refusals become the errors that the client promises', async () => {
  const send = (To: string) => server.sendEmail({ From: 'a@a.test', To, Subject: '', TextBody: 'x' });
  await assert.rejects(send('inactive@a.test'), (error: Errors.InactiveRecipientsError) => {
    assert.ok(error instanceof Errors.InactiveRecipientsError);
    assert.deepEqual(error.recipients, ['inactive@a.test']);
    return true;
  });
  await assert.rejects(send('bug@a.test'), Errors.InternalServerError);
  await assert.rejects(server.getOutboundMessages({ count: -1 }), Errors.ApiInputError);
  await assert.rejects(server.getServer(), Errors.PostmarkError);
  const stranger = new ServerClient('unknown', server.getClientOptions());
  await assert.rejects(stranger.getDeliveryStatistics(), Errors.InvalidAPIKeyError);
});
