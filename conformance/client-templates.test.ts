// The unmodified official Node client with templates: every call, a push between servers, and a round trip of a whole
// folder as Postmark's command-line tool makes it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountClient, Models, type ServerClient } from 'postmark';
import { accountToken, sender } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const { world, live, sandbox, withToken } = await runPlatform();
const account = new AccountClient(accountToken, { requestHost: new URL(world.url).host, useHttps: false, timeout: 30 });

let made = 0;

async function newServer(): Promise<{ id: number; client: ServerClient }> {
  made += 1;
  const server = await account.createServer({
    Name: `templates ${made}`,
    DeliveryType: Models.ServerDeliveryTypes.Sandbox,
  });
  return { id: server.ID, client: withToken(server.ApiTokens[0] ?? '') };
}

const receipt = { Name: 'Receipt', Alias: 'receipt', Subject: 'Receipt {{number}}', TextBody: 'Total: {{total}}' };
const { Standard, Layout } = Models.TemplateTypes;

test('createTemplate, getTemplate, getTemplates, editTemplate and deleteTemplate', async () => {
  const { id, client } = await newServer();
  const created = await client.createTemplate(
    new Models.CreateTemplateRequest('Receipt', 'S {{x}}', '<p>{{x}}</p>', '{{x}}', 'receipt'),
  );
  assert.deepEqual(
    [created.Name, created.Alias, created.Active, created.TemplateType],
    ['Receipt', 'receipt', true, Standard],
  );
  const read = await client.getTemplate(created.TemplateId);
  assert.deepEqual(
    [read.Subject, read.HtmlBody, read.TextBody, read.AssociatedServerId, read.LayoutTemplate],
    ['S {{x}}', '<p>{{x}}</p>', '{{x}}', id, null],
  );
  const layout = await client.createTemplate(
    new Models.CreateTemplateRequest('Base', undefined, '<b>{{{@content}}}</b>', '{{{@content}}}', undefined, Layout),
  );
  assert.ok(layout.Alias);
  const edited = await client.editTemplate(
    'receipt',
    new Models.UpdateTemplateRequest('Bill', undefined, undefined, undefined, undefined, undefined, layout.Alias),
  );
  assert.deepEqual([edited.Name, edited.LayoutTemplate], ['Bill', layout.Alias]);
  assert.equal((await client.getTemplates({ templateType: Models.TemplateTypes.Layout })).TotalCount, 1);
  assert.deepEqual(
    (await client.getTemplates({ layoutTemplate: layout.Alias })).Templates.map(row => row.TemplateId),
    [created.TemplateId],
  );
  await assert.rejects(client.editTemplate(layout.TemplateId, { HtmlBody: '<b>gone</b>' }), {
    code: 1131,
    statusCode: 422,
    message: /The layout content placeholder must be present/,
  });
  await assert.rejects(client.deleteTemplate(layout.TemplateId), { code: 1130 });
  const deleted = await client.deleteTemplate('receipt');
  assert.equal(deleted.Message, `Template ${created.TemplateId} removed.`);
  assert.equal((await client.getTemplate(created.TemplateId)).Active, false);
  await assert.rejects(client.deleteTemplate(created.TemplateId), { code: 1101, statusCode: 422 });
  await assert.rejects(client.getTemplate('receipt'), {
    message: "The Template's 'Alias' associated with this request is not valid or was not found.",
  });
  assert.equal((await client.getTemplates()).TotalCount, 1);
});

test('validateTemplate shows what comes out, and what is wrong', async () => {
  const good = await live.validateTemplate(
    new Models.TemplateValidationOptions('{{name}}', '<p>{{name}}</p>', undefined, { name: 'Ana' }),
  );
  assert.equal(good.AllContentIsValid, true);
  assert.equal(good.Subject.RenderedContent, 'Ana');
  assert.equal(good.TextBody, null);
  assert.deepEqual(good.SuggestedTemplateModel, { name: 'Ana' });
  const bad = await live.validateTemplate({ Subject: '{{#each x}}', TestRenderModel: null as unknown as object });
  assert.equal(bad.AllContentIsValid, false);
  assert.equal(bad.Subject.ContentIsValid, false);
});

test('sendEmailWithTemplate and sendEmailBatchWithTemplates', async () => {
  const { client } = await newServer();
  const { TemplateId } = await client.createTemplate(receipt);
  const message = new Models.TemplatedMessage(sender, TemplateId, { number: 7, total: '12.40' }, 'ana@client.test');
  const sent = await client.sendEmailWithTemplate(message);
  assert.equal(sent.ErrorCode, 0);
  const details = await client.getOutboundMessageDetails(sent.MessageID);
  assert.deepEqual([details.Subject, details.TextBody], ['Receipt 7', 'Total: 12.40']);
  const [byAlias, unknown] = await client.sendEmailBatchWithTemplates([
    new Models.TemplatedMessage(sender, 'receipt', {}, 'ben@client.test'),
    new Models.TemplatedMessage(sender, 'nobody', {}, 'ben@client.test'),
  ]);
  assert.equal(byAlias?.ErrorCode, 0);
  assert.deepEqual([unknown?.ErrorCode, unknown?.MessageID], [1101, undefined]);
  await assert.rejects(sandbox.sendEmailWithTemplate(message), { code: 1101, statusCode: 422 });
});

test('pushTemplates tells what it would do, does it, and names the server that is not there', async () => {
  const source = await newServer();
  const destination = await newServer();
  await source.client.createTemplate(receipt);
  const push = (from: number, to: number, performs: boolean) =>
    account.pushTemplates(new Models.TemplatesPushRequest(from, to, performs));
  const planned = await push(source.id, destination.id, false);
  assert.deepEqual(planned, {
    TotalCount: 1,
    Templates: [{ Action: 'Create', Alias: 'receipt', Name: 'Receipt', TemplateType: 'Standard' }],
  });
  assert.equal((await destination.client.getTemplates()).TotalCount, 0);
  const done = await push(source.id, destination.id, true);
  assert.equal(done.Templates[0]?.TemplateId, (await destination.client.getTemplate('receipt')).TemplateId);
  await assert.rejects(
    push(1, 2, false).then(() => push(999_999, 888_888, false)),
    {
      message: 'The source and destination servers were not found.',
      code: 601,
    },
  );
  await assert.rejects(push(source.id, 888_888, false), { message: 'The destination server was not found.' });
  await assert.rejects(push(999_999, destination.id, false), { message: 'The source server was not found.' });
});

type OnDisk = {
  Name: string;
  Alias: string;
  TemplateType: Models.TemplateTypes;
  Subject?: string | undefined;
  LayoutTemplate?: string | undefined;
  HtmlBody: string;
  TextBody: string;
  TestRenderModel: object;
};

/** As the command-line tool does: the list, each template by its alias, and a validation for its model. */
async function pull(client: ServerClient): Promise<OnDisk[]> {
  const { Templates } = await client.getTemplates({ count: 300 });
  const pulled: OnDisk[] = [];
  for (const { Alias } of Templates) {
    if (!Alias) continue;
    const { Name, TemplateType, Subject, LayoutTemplate, HtmlBody, TextBody } = await client.getTemplate(Alias);
    const { SuggestedTemplateModel } = await client.validateTemplate({
      HtmlBody: HtmlBody ?? '',
      TextBody: TextBody ?? '',
      TemplateType,
      ...(TemplateType === Standard && Subject ? { Subject } : {}),
    });
    pulled.push({
      Name,
      Alias,
      TemplateType,
      ...(TemplateType === Standard ? { Subject: Subject ?? '', LayoutTemplate: LayoutTemplate ?? undefined } : {}),
      HtmlBody: HtmlBody ?? '',
      TextBody: TextBody ?? '',
      TestRenderModel: SuggestedTemplateModel,
    });
  }
  return pulled.toSorted((a, b) => a.Alias.localeCompare(b.Alias));
}

/** Layouts first; what the server has by its alias is edited, the rest is created. */
async function pushFolder(client: ServerClient, folder: readonly OnDisk[]): Promise<void> {
  const { Templates } = await client.getTemplates({ count: 300 });
  const known = new Set(Templates.map(({ Alias }) => Alias));
  const layouts = folder.filter(({ TemplateType }) => TemplateType === Layout);
  const standards = folder.filter(({ TemplateType }) => TemplateType === Standard);
  for (const { TestRenderModel: _, ...template } of [...layouts, ...standards]) {
    if (known.has(template.Alias)) await client.editTemplate(template.Alias, template as Models.UpdateTemplateRequest);
    else await client.createTemplate(template as Models.CreateTemplateRequest);
  }
}

test('twenty templates with layouts come back from a pull, an edit, a push and another pull as they were written', async () => {
  const { client } = await newServer();
  const layouts = ['base', 'plain'].map(Alias => ({
    Name: `Layout ${Alias}`,
    Alias,
    TemplateType: Layout,
    HtmlBody: `<html><body class="${Alias}">{{{ @content }}}<p>{{company.name}}</p></body></html>`,
    TextBody: '{{{@content}}}\r\n-- \n{{company.name}}',
    TestRenderModel: {},
  }));
  const standards = Array.from({ length: 18 }, (_, number) => ({
    Name: `Template ${number} “quoted” – Grüße`,
    Alias: `template.${number}-x_y`,
    TemplateType: Standard,
    Subject: `Nr. ${number}: {{title}}`,
    LayoutTemplate: [undefined, 'base', 'plain'][number % 3],
    HtmlBody: number % 5 === 4 ? '' : `<p>\n\t{{#each lines}}<b>{{what}}</b>{{/each}} &nbsp;\u{1f4ee}\n</p>\n`,
    TextBody: `  {{title}} ${number}\n\n{{^lines}}none{{/lines}} `,
    TestRenderModel: {},
  }));
  await pushFolder(client, [...standards, ...layouts]);
  const first = await pull(client);
  assert.equal(first.length, 20);
  const withoutModel = (folder: readonly OnDisk[]) => folder.map(({ TestRenderModel: _, ...template }) => template);
  const written = [...layouts, ...standards].toSorted((a, b) => a.Alias.localeCompare(b.Alias));
  assert.deepEqual(withoutModel(first), withoutModel(written as OnDisk[]));

  const edited = first.map(template => ({
    ...template,
    Name: `${template.Name}, edited`,
    TextBody: `${template.TextBody}edited`,
    ...(template.TemplateType === Standard ? { LayoutTemplate: template.LayoutTemplate ?? 'base' } : {}),
  }));
  await pushFolder(client, edited);
  const second = await pull(client);
  assert.deepEqual(
    second,
    edited.map((template, at) => ({ ...template, TestRenderModel: second[at]?.TestRenderModel })),
  );
  await pushFolder(client, second);
  assert.deepEqual(await pull(client), second);
  assert.equal((await client.getTemplates()).TotalCount, 20);
});
