import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, type RefusalName } from '../../refusals.ts';
import { streamTypes, unsubscribeHandlings } from './stream.ts';
import {
  defaultHandling,
  isTooLateToUnarchive,
  latestArchivedToPurge,
  purgeDate,
  readNewStream,
  readStreamChange,
  type StreamFields,
} from './stream-rules.ts';

function refusalOf(act: () => unknown): RefusalName | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error.refusal;
  }
}

const right = { streamId: 'news', name: 'News', streamType: 'Broadcasts' };
const refused = (fields: StreamFields) => refusalOf(() => readNewStream({ ...right, ...fields }));

test('an id is a lower-case letter, then letters, digits, hyphens and underscores, thirty at most', () => {
  for (const streamId of ['a', 'a-_9', 'pm', 'pmx-1', 'alls', 'x'.repeat(30)])
    assert.equal(refused({ streamId }), undefined, streamId);
  for (const streamId of ['A', '9a', '-a', '_a', 'a.b', 'a/b', 'ä', 'a ', ' a', 'a\n', 'x'.repeat(31), 'PM-x'])
    assert.equal(refused({ streamId }), 'stream_id_invalid', JSON.stringify(streamId));
  for (const streamId of ['pm-', 'pm-news', `pm-${'x'.repeat(40)}`])
    assert.equal(refused({ streamId }), 'stream_id_prefix_forbidden');
});

test('which unsubscribing goes with which type', () => {
  const allowed = streamTypes.flatMap(type =>
    unsubscribeHandlings
      .filter(handling => refusalOf(() => readStreamChange({ unsubscribeHandling: handling }, type)) === undefined)
      .map(handling => `${type} ${handling}`),
  );
  assert.deepEqual(allowed, ['Transactional None', 'Broadcasts Postmark', 'Broadcasts Custom', 'Inbound None']);
  for (const type of streamTypes) assert.ok(allowed.includes(`${type} ${defaultHandling(type)}`));
});

test('a description has no tags, but may have a sign that is no tag', () => {
  for (const description of ['1 < 2 > 0', 'a <3 b', '->', '', 'x'.repeat(1000)])
    assert.equal(refused({ description }), undefined, description);
  for (const description of ['<b>', 'a</i>', '<!-- x -->', '<IMG src=x>', '<br/>'])
    assert.equal(refused({ description }), 'stream_description_has_html', description);
});

test('the time in the archive is 45 days, to the millisecond', () => {
  const archivedAt = new Date('2026-01-20T00:00:00Z');
  assert.equal(purgeDate(archivedAt).toISOString(), '2026-03-06T00:00:00.000Z');
  assert.equal(isTooLateToUnarchive(archivedAt, new Date('2026-03-05T23:59:59.999Z')), false);
  assert.equal(isTooLateToUnarchive(archivedAt, new Date('2026-03-06T00:00:00Z')), true);
  assert.deepEqual(latestArchivedToPurge(new Date('2026-03-06T00:00:00Z')), archivedAt);
});
