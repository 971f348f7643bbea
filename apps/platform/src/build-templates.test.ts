import assert from 'node:assert/strict';
import test from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import type { Database, Listener } from '@pennyblack/runtime/database/database.ts';
import { createTemplateCache } from './build-templates.ts';
import { createTemplate } from './features/templates/create-template.ts';
import { deleteTemplate } from './features/templates/delete-template.ts';
import { editTemplate } from './features/templates/edit-template.ts';
import { renderForSending } from './features/templates/render-for-sending.ts';
import type { TemplateKey } from './features/templates/template.ts';
import { addServer, testWorld } from './testing/test-world.ts';
import { until } from './testing/until.ts';

const { database: db, accountId } = await testWorld();
const now = new Date();
const alias: TemplateKey = { kind: 'alias', alias: 'hello' };

/** A cache of its own over the real database, counting the statements that reach it; and a server of its own. */
async function cacheOf(listener: Listener = db.listener) {
  const clock = createSetClock(now);
  const counts = { statements: 0 };
  const reads: Database['reads'] = {
    ...db.reads,
    query: (strings, ...values) => {
      counts.statements += 1;
      return db.reads.query(strings, ...values);
    },
  };
  const cache = await createTemplateCache({ db: { ...db, reads, listener }, clock });
  const { serverId } = await addServer(db.accept, accountId, 'Live');
  const create = (textBody: string, layoutAlias?: string) =>
    db.accept.transaction(tx =>
      createTemplate(
        tx,
        serverId,
        { name: 'T', alias: 'hello', templateType: 'Standard', subject: 's', htmlBody: null, textBody, layoutAlias },
        now,
      ),
    );
  const textOf = async (key: TemplateKey = alias) => {
    const template = await cache.find(serverId, key);
    if (template.kind === 'refused') return template.refusal;
    const rendering = renderForSending(template.content, { x: 1 }, { inlineCss: true });
    return rendering.kind === 'rendered' ? rendering.content.textBody : rendering.message;
  };
  return { cache, clock, counts, serverId, create, textOf };
}

test('a template is read once in ten seconds, also one that is not there, and not by another spelling again', async () => {
  const deaf = { listen: async () => {}, notify: async () => {} };
  const { clock, counts, create, textOf } = await cacheOf(deaf);
  assert.equal(await textOf(), 'template_alias_not_found');
  const { templateId } = await create('a{{x}}');
  assert.equal(await textOf(), 'template_alias_not_found');
  assert.equal(counts.statements, 1);
  clock.advance(10_000);
  await Promise.all([textOf(), textOf(), textOf({ kind: 'alias', alias: 'HELLO' })]);
  assert.equal(await textOf(), 'a1');
  assert.equal(counts.statements, 2);
  assert.equal(await textOf({ kind: 'id', templateId }), 'a1');
  assert.equal(counts.statements, 3);
  // Digits in the place of an alias are no id.
  assert.equal(await textOf({ kind: 'alias', alias: String(templateId) }), 'template_alias_not_found');
});

test('a change by any process is noticed before the time is over, that of the layout too; other servers keep theirs', async () => {
  const { cache, counts, serverId, create, textOf } = await cacheOf();
  const other = await addServer(db.accept, accountId, 'Live');
  await create('a{{x}}');
  await until(async () => (await textOf()) === 'a1');
  await cache.find(other.serverId, alias);
  const change = (fields: object) => db.accept.transaction(tx => editTemplate(tx, serverId, alias, fields, now));
  await change({ textBody: 'b{{x}}' });
  await until(async () => (await textOf()) === 'b1');
  const layout = { name: 'L', alias: 'frame', templateType: 'Layout', subject: null, htmlBody: null } as const;
  await db.accept.transaction(tx =>
    createTemplate(tx, serverId, { ...layout, textBody: '[{{{@content}}}]', layoutAlias: undefined }, now),
  );
  await change({ layoutTemplate: 'frame' });
  await until(async () => (await textOf()) === '[b1]');
  const frame: TemplateKey = { kind: 'alias', alias: 'frame' };
  await db.accept.transaction(tx => editTemplate(tx, serverId, frame, { textBody: '<{{{@content}}}>' }, now));
  await until(async () => (await textOf()) === '<b1>');
  await db.accept.transaction(tx => deleteTemplate(tx, serverId, alias, now));
  await until(async () => (await textOf()) === 'template_alias_not_found');
  const before = counts.statements;
  await cache.find(other.serverId, alias);
  assert.equal(counts.statements, before);
});

test('a change made here counts at once, and a listener that comes back forgets everything', async () => {
  let reconnect = () => {};
  const deaf = {
    notify: async () => {},
    listen: async (_channel: string, _onMessage: (payload: string) => void, onReconnect: () => void) => {
      reconnect = onReconnect;
    },
  };
  const { cache, serverId, create, textOf } = await cacheOf(deaf);
  assert.equal(await textOf(), 'template_alias_not_found');
  await create('a');
  cache.forget(serverId + 1);
  assert.equal(await textOf(), 'template_alias_not_found');
  cache.forget(serverId);
  assert.equal(await textOf(), 'a');
  await db.accept.transaction(tx => editTemplate(tx, serverId, alias, { textBody: 'b' }, now));
  assert.equal(await textOf(), 'a');
  reconnect();
  assert.equal(await textOf(), 'b');
});
