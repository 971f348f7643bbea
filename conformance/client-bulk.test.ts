// The unmodified official Node client sends in bulk: with content of its own, and with a template.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Errors } from 'postmark';
import { until } from '../scenarios/harness/until.ts';
import { inboxDomain, sender } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const { world, live } = await runPlatform();

async function completed(id: string) {
  return until(
    'the request is completed',
    async () => {
      const status = await live.getBulkEmailStatus(id);
      return status.Status === 'Completed' ? status : undefined;
    },
    { secondsMax: 60 },
  );
}

async function arrived(to: string): Promise<string> {
  const message = await until(`mail for ${to}`, () => world.sink.messages.find(one => one.recipients.includes(to)));
  return message.raw.toString();
}

test('sendBulkEmail writes each recipient a mail of their own, and getBulkEmailStatus says so', async () => {
  const answer = await live.sendBulkEmail({
    From: sender,
    Subject: 'News for {{name}}',
    TextBody: 'Hello {{name}}',
    Messages: ['Ana', 'Ben'].map(name => ({ To: `${name.toLowerCase()}@${inboxDomain}`, TemplateModel: { name } })),
  });
  assert.deepEqual([answer.Status, Number.isNaN(Date.parse(answer.SubmittedAt))], ['Accepted', false]);
  const status = await completed(answer.Id);
  assert.deepEqual([status.TotalMessages, status.PercentageCompleted, status.Subject], [2, 100, 'News for {{name}}']);
  for (const name of ['Ana', 'Ben']) {
    const mail = await arrived(`${name.toLowerCase()}@${inboxDomain}`);
    assert.match(mail, new RegExp(`^Subject: News for ${name}`, 'm'));
    assert.match(mail, new RegExp(`Hello ${name}`));
  }
});

test('a template is taken as it was when the request was accepted, with its layout', async () => {
  const layout = await live.createTemplate({
    Name: 'Frame',
    TemplateType: 'Layout' as never,
    HtmlBody: '<p>before</p>{{{@content}}}',
    TextBody: 'before {{{@content}}} after',
  });
  const template = await live.createTemplate({
    Name: 'News',
    Alias: 'news',
    Subject: 'For {{name}}',
    TextBody: 'old words, {{name}}',
    LayoutTemplate: layout.Alias ?? '',
  });
  // Postponed, so that the edit and the deletion come before the first message.
  const SendAt = new Date(Date.now() + 8000).toISOString();
  const request = { From: sender, SendAt, Messages: [{ To: `cleo@${inboxDomain}`, TemplateModel: { name: 'Cleo' } }] };
  const byAlias = await live.sendBulkEmail({ ...request, TemplateAlias: 'news' });
  await live.editTemplate(template.TemplateId, { TextBody: 'new words' });
  await live.deleteTemplate(template.TemplateId);
  assert.ok(!('Subject' in byAlias));
  const mail = await arrived(`cleo@${inboxDomain}`);
  assert.match(mail, /before old words, Cleo after/);
  assert.match(mail, /^Subject: For Cleo/m);

  await assert.rejects(
    live.sendBulkEmail({ ...request, TemplateId: template.TemplateId }),
    (error: Errors.ApiInputError) => {
      assert.ok(error instanceof Errors.ApiInputError);
      assert.deepEqual([error.code, error.statusCode], [1101, 422]);
      return true;
    },
  );
});

test('several mistakes are one ApiInputError with code 11; an unknown id is a PostmarkError with 404', async () => {
  const wrong = { From: 'nobody', TextBody: 'x', Messages: [{ To: 'foo@bar' }] };
  await assert.rejects(live.sendBulkEmail(wrong), (error: Errors.ApiInputError) => {
    assert.ok(error instanceof Errors.ApiInputError);
    assert.deepEqual([error.code, error.statusCode], [11, 422]);
    return true;
  });
  await assert.rejects(live.getBulkEmailStatus('5d9f0a77-7d2c-4a57-9d69-8ed0c0f6f0d1'), (error: Errors.HttpError) => {
    assert.deepEqual([error.code, error.statusCode], [12, 404]);
    return true;
  });
});
