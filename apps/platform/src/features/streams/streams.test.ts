import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../../refusals.ts';
import { addServer, testWorld } from '../../testing/test-world.ts';
import { chooseUncertainRecipients } from './choose-uncertain-recipients.ts';
import { createDefaultStreams } from './create-default-streams.ts';
import { findStreams } from './find-streams.ts';

const { database: db, accountId, server } = await testWorld();

test('a server begins with a transactional, an inbound and a broadcast stream, and they send again when uncertain', async () => {
  const streams = await findStreams(db.reads, server.serverId);
  assert.deepEqual(
    [...streams.values()]
      .map(stream => [stream.streamId, stream.streamType, stream.uncertainRecipients, stream.isArchived])
      .toSorted(),
    [
      ['broadcast', 'Broadcasts', 'send_again', false],
      ['inbound', 'Inbound', 'send_again', false],
      ['outbound', 'Transactional', 'send_again', false],
    ],
  );
});

test('the default streams are made once', async () => {
  const again = db.accept.transaction(tx => createDefaultStreams(tx, server.serverId, new Date()));
  await assert.rejects(again, { code: '23505' });
});

test('a stream can hold uncertain recipients; those of other streams and servers go on being sent again', async () => {
  const other = await addServer(db.accept, accountId, 'Live');
  await db.accept.transaction(tx => chooseUncertainRecipients(tx, other.serverId, 'outbound', 'hold', new Date()));
  const choiceOf = async (serverId: number, streamId: string) =>
    (await findStreams(db.reads, serverId)).get(streamId)?.uncertainRecipients;
  assert.equal(await choiceOf(other.serverId, 'outbound'), 'hold');
  assert.equal(await choiceOf(other.serverId, 'broadcast'), 'send_again');
  assert.equal(await choiceOf(server.serverId, 'outbound'), 'send_again');
});

test('a stream that is not there is refused', async () => {
  const choice = db.accept.transaction(tx =>
    chooseUncertainRecipients(tx, server.serverId, 'news', 'hold', new Date()),
  );
  await assert.rejects(choice, (error: unknown) => error instanceof Refusal && error.refusal === 'stream_not_found');
});

test('an archived stream is read as archived, and a server that is unknown has no streams', async () => {
  await db.accept.query`
    update message_streams set archived_at = now() where server_id = ${server.serverId} and stream_id = 'broadcast'`;
  assert.equal((await findStreams(db.reads, server.serverId)).get('broadcast')?.isArchived, true);
  assert.equal((await findStreams(db.reads, 1)).size, 0);
});
