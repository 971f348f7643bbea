import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Type } from 'typebox';
import { defineEndpoint } from '../../apps/platform/src/edges/http-api/endpoint.ts';
import { eventKinds } from '../../apps/platform/src/features/events/event.ts';
import { samplePayload } from '../../apps/platform/src/features/webhooks/payloads/sample-payloads.ts';
import { triggerNames } from '../../apps/platform/src/features/webhooks/webhook.ts';
import { refusals } from '../../apps/platform/src/refusals.ts';
import { optionalSetting, setting } from '../../packages/runtime/src/config/setting.ts';
import { endpointsPage } from './endpoints-page.ts';
import { eventsPage } from './events-page.ts';
import { readTables } from './read-tables.ts';
import { settingsPage } from './settings-page.ts';
import { webhooksPage } from './webhooks-page.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

/** Each row of the page in the repository, read back. */
function rowsOfErrorCodes(): Map<string, { code: number; status: number; text: string }> {
  const page = readFileSync(path.join(root, 'docs', 'reference', 'error-codes.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| (\d+) \| `(\w+)` \| (.+) \|$/gm)];
  return new Map(
    rows.map(([, code, status, name, text]) => [
      String(name),
      { code: Number(code), status: Number(status), text: String(text) },
    ]),
  );
}

test('every refusal of the code is on the page of error codes, and the page has no other', () => {
  const rows = rowsOfErrorCodes();
  assert.deepEqual([...rows.keys()].sort(), Object.keys(refusals).sort());
  for (const [name, refusal] of Object.entries(refusals)) assert.deepEqual(rows.get(name), refusal, name);
});

test('the catalogue has every number that Postmark has published', () => {
  const ranges: [from: number, to: number][] = [
    [10, 14],
    [100, 101],
    [300, 300],
    [400, 403],
    [405, 413],
    [422, 422],
    [500, 508],
    [510, 516],
    [520, 523],
    [600, 615],
    [700, 703],
    [709, 709],
    [800, 801],
    [803, 803],
    [808, 813],
    [900, 900],
    [1000, 1003],
    [1100, 1101],
    [1105, 1105],
    [1109, 1109],
    [1120, 1125],
    [1130, 1131],
    [1220, 1241],
    [1300, 1302],
    [1350, 1364],
    [1400, 1411],
    [1450, 1460],
    [1480, 1480],
    [1500, 1502],
  ];
  const published = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
  const given = new Set<number>(Object.values(refusals).map(({ code }) => code));
  assert.deepEqual(
    published.filter(code => !given.has(code)),
    [],
  );
  // 429 is the one number of our own: see docs/compatibility.md.
  assert.deepEqual(
    [...given].filter(code => !published.includes(code)),
    [429],
  );
});

test('tables are read with their comments, keys, indexes and later changes', () => {
  const create = `-- Not about the table.

-- One row for each bird.
-- Kept for ever.
create table birds (
  bird_id bigint primary key,
  -- As shown.
  name text not null, -- never empty
  wings integer not null check (
    wings in (0, 2)
  ),
  unique (name),
  song bytea
) partition by range (bird_id);
create unique index birds_by_name on birds (lower(name), bird_id)
  where wings = 2;
create function f() returns void as $$
  create table no (x int);
$$ language sql;
create table nests (nest_id bigint);
`;
  const change = `-- In grams.\nalter table birds add column weight integer;\nalter table birds drop column song;\ndrop table nests;\n`;
  assert.deepEqual(
    readTables([
      { feature: 'birds', sql: create },
      { feature: 'nests', sql: change },
    ]),
    [
      {
        feature: 'birds',
        name: 'birds',
        comment: 'One row for each bird. Kept for ever.',
        columns: [
          { name: 'bird_id', type: 'bigint primary key', comment: '' },
          { name: 'name', type: 'text not null', comment: 'As shown. never empty' },
          { name: 'wings', type: 'integer not null check ( wings in (0, 2) )', comment: '' },
          { name: 'weight', type: 'integer', comment: 'In grams.' },
        ],
        constraints: ['unique (name)', 'partition by range (bird_id)'],
        indexes: ['unique (lower(name), bird_id) where wings = 2'],
      },
    ],
  );
});

test('the page of endpoints shows path, purpose, token and size, in a stable order', () => {
  const shape = { token: 'server', group: 'Email', response: Type.Object({}), handle: async () => ({}) } as const;
  const email = defineEndpoint({
    ...shape,
    method: 'POST',
    path: '/email',
    summary: 'Sends one.',
    body: Type.Object({}),
    bodyBytesMax: 10485760,
    acceptsTestToken: true,
  });
  const batch = defineEndpoint({ ...shape, method: 'GET', path: '/a', summary: 'Reads a | b.' });
  const page = endpointsPage([email, batch]);
  assert.match(
    page,
    /\| `POST \/email` \| Sends one\. \| `X-Postmark-Server-Token`, or `POSTMARK_API_TEST` \| 10 MB \|/,
  );
  assert.match(page, /Reads a \\\| b\./);
  assert.equal(page, endpointsPage([batch, email]));
});

test('the page of settings keeps their order and marks what is secret', () => {
  const kind = { parse: (text: string) => ({ value: text }) };
  const page = settingsPage({
    url: optionalSetting('DATABASE_URL', kind, { defaultText: 'embedded', sentence: 'To use.', isSecret: true }),
    a: setting('A', kind, { defaultValue: 'x', sentence: 'One | two.' }),
  });
  assert.match(page, /\| `DATABASE_URL` \| embedded \| To use\. \*Secret\.\* \|\n\| `A` \| x \| One \\\| two\. \|/);
});

test('the page of events says which webhook each one makes', () => {
  const rows = [...eventsPage(eventKinds).matchAll(/^\| `(\w+)` \|.*\| (.*?) ?\|$/gm)].map(([, kind, last]) => [
    kind,
    last,
  ]);
  assert.equal(rows.length, Object.keys(eventKinds).length);
  assert.deepEqual(Object.fromEntries(rows.filter(([, webhook]) => webhook !== '')), {
    recipient_delivered: '`Delivery`',
    recipient_bounced: '`Bounce` or `SpamComplaint`',
    bounce_reported: '`Bounce` or `SpamComplaint`',
    complaint_reported: '`SpamComplaint`',
    message_opened: '`Open`',
    link_clicked: '`Click`',
    suppression_lifted: '`SubscriptionChange`',
    suppression_created: '`SubscriptionChange`',
    inbound_received: '`Inbound`',
    inbound_released: '`Inbound`',
  });
});

test('the page of webhooks explains every key of every payload, in the order of the wire', () => {
  const [, ...sections] = webhooksPage(eventKinds).split(/^## /m);
  const titles = sections.map(section => section.split('\n', 1)[0]);
  assert.deepEqual(titles, [...triggerNames, 'Inbound', 'SMTP API error']);
  for (const [position, trigger] of [...triggerNames, 'Inbound' as const].entries()) {
    const rows = [...(sections[position] ?? '').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)];
    const sample = samplePayload(trigger, { serverId: 1, streamId: 'outbound' }, new Date());
    const optional = trigger === 'Bounce' || trigger === 'SpamComplaint' ? ['Content'] : [];
    assert.deepEqual(
      rows.map(([, key]) => key),
      [...Object.keys(sample), ...optional],
    );
    for (const [, key, text] of rows) assert.ok(text, `${trigger} ${key}`);
  }
});
