// The reference without a product: a bare HTTP server that writes the same rows in the same groups to the same database,
// and checks nothing. What the platform takes longer than this is the price of its checks and of its structure.

import { createServer } from 'node:http';
import { constants, zstdCompressSync } from 'node:zlib';
import pg from 'pg';
import { systemClock } from '../../packages/runtime/src/clock.ts';
import { clientConfig } from '../../packages/runtime/src/database/session-settings.ts';
import { systemRandom } from '../../packages/runtime/src/random.ts';
import { createUuidV7Source } from '../../packages/runtime/src/uuid-v7.ts';

type Message = { From: string; To: string; Subject: string; Tag: string; Metadata: object };
type Row = { id: string; message: Message; content: Buffer };

const transactionsInFlight = 2;
const rowsMax = 300;
const serverId = 1;

const { connectionString }: { connectionString: string } = JSON.parse(process.argv[2] ?? '');
const settings = { connectionString, applicationName: 'bare insert', statementSecondsMax: 60, connectSecondsMax: 10 };
const connections = Array.from({ length: transactionsInFlight }, () => new pg.Client(clientConfig(settings)));
await Promise.all(connections.map(connection => connection.connect()));

// Tables of its own with the same columns and indexes, so that neither grows by the other's rows.
await connections[0]?.query(`
  drop schema if exists bare cascade;
  create schema bare;
  create table bare.messages (like pennyblack.messages including defaults including indexes);
  create table bare.message_contents (like pennyblack.message_contents including defaults including indexes including storage);
  create table bare.message_recipients (like pennyblack.message_recipients including defaults including indexes);
  create table bare.delivery_queue (like pennyblack.delivery_queue including defaults including indexes)`);

const insertText = `
  with new_messages as (
    insert into bare.messages (server_id, message_id, stream_id, received_at, from_display, from_key, subject, tag, metadata,
                               track_opens, track_links, is_sandboxed)
    select $1, id, 'outbound', now(), sender, sender, subject, tag, metadata, false, 'None', false
    from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[]) as row (id, sender, subject, tag, metadata)
  ), new_contents as (
    insert into bare.message_contents (server_id, message_id, format, content)
    select $1, id, 1, substring($7::bytea from starts_at for length)
    from unnest($2::uuid[], $8::int[], $9::int[]) as row (id, starts_at, length)
  ), new_recipients as (
    insert into bare.message_recipients (server_id, message_id, recipient_number, field, address, address_key, name)
    select $1, id, 0, 'To', recipient, recipient, '' from unnest($2::uuid[], $10::text[]) as row (id, recipient)
  )
  insert into bare.delivery_queue (server_id, message_id, recipient_number, lane, stream_id, due_at, owner_process)
  select $1, id, 0, 0, 'outbound', now(), 1 from unnest($2::uuid[]) as row (id)`;

async function insertGroup(connection: pg.Client, rows: readonly Row[]): Promise<void> {
  let end = 1;
  const startsAt = rows.map(({ content }) => {
    end += content.length;
    return end - content.length;
  });
  await connection.query({
    name: 'insert',
    text: insertText,
    values: [
      serverId,
      rows.map(({ id }) => id),
      rows.map(({ message }) => message.From),
      rows.map(({ message }) => message.Subject),
      rows.map(({ message }) => message.Tag),
      rows.map(({ message }) => JSON.stringify(message.Metadata)),
      Buffer.concat(rows.map(({ content }) => content)),
      startsAt,
      rows.map(({ content }) => content.length),
      rows.map(({ message }) => message.To),
    ],
  });
}

const idle = [...connections];
let waiting: { row: Row; stored(): void; failed(error: unknown): void }[] = [];

/** One statement is one transaction: it is on disk when it has answered. */
function startGroups(): void {
  while (idle.length > 0 && waiting.length > 0) {
    const connection = idle.pop() as pg.Client; // there is one, as was just asked
    const group = waiting.slice(0, rowsMax);
    waiting = waiting.slice(group.length);
    insertGroup(
      connection,
      group.map(({ row }) => row),
    )
      .then(
        () => {
          for (const { stored } of group) stored();
        },
        error => {
          for (const { failed } of group) failed(error);
        },
      )
      .then(() => {
        idle.push(connection);
        startGroups();
      });
  }
}

const makeId = createUuidV7Source(systemClock, systemRandom);

function store(message: Message): Promise<object> {
  const id = makeId();
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  const content = zstdCompressSync(JSON.stringify(message), { params });
  return new Promise((resolve, reject) => {
    const stored = () => resolve({ ErrorCode: 0, Message: 'OK', MessageID: id, To: message.To });
    waiting.push({ row: { id, message, content }, stored, failed: reject });
    if (waiting.length === 1) setImmediate(startGroups);
  });
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', async () => {
    try {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const answer = Array.isArray(body) ? await Promise.all(body.map(store)) : await store(body);
      const text = JSON.stringify(answer);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    } catch (error) {
      response.writeHead(500, { 'content-length': 0 }).end();
      console.error(error);
    }
  });
});
process.on('SIGTERM', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') console.log(address.port);
});
