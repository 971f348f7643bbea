import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { decodeFeedbackId, encodeFeedbackId } from './feedback-id.ts';
import { encodeReturnPath } from './verp.ts';

const key = createHash('sha256').update('present key').digest();
const retiredKey = createHash('sha256').update('retired key').digest();
const example = { serverId: 23, messageId: '0190b6a4-8d3c-7a51-9f00-64c1d2e3f405' };

test('a feedback id comes back as it was, alone, within other text, in any case, and after the key was replaced', () => {
  for (const serverId of [0, 127, 128, 1001, Number.MAX_SAFE_INTEGER]) {
    const id = encodeFeedbackId({ ...example, serverId }, key);
    for (const text of [id, id.toUpperCase(), `outbound:${id}:1:pennyblack`, ` <${id}> `]) {
      assert.deepEqual(decodeFeedbackId(text, [key]), { ...example, serverId }, text);
      assert.deepEqual(decodeFeedbackId(text, [retiredKey, key]), { ...example, serverId });
    }
  }
});

test('an id of another key, a changed one, a return path and other text are none', () => {
  const id = encodeFeedbackId(example, key);
  assert.equal(decodeFeedbackId(id, [retiredKey]), undefined);
  for (let position = 3; position < id.length; position += 1) {
    const other = id[position] === 'a' ? 'b' : 'a';
    assert.equal(decodeFeedbackId(id.slice(0, position) + other + id.slice(position + 1), [key]), undefined);
  }
  const returnPath = encodeReturnPath({ ...example, recipientNumber: 0 }, key, 'host.test');
  for (const text of ['', 'pb-', returnPath, returnPath.replace('pm-', 'pb-'), 'outbound:23:1:pennyblack']) {
    assert.equal(decodeFeedbackId(text, [key]), undefined, text);
  }
});
