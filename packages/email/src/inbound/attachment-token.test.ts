import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { decodeAttachmentToken, encodeAttachmentToken } from './attachment-token.ts';

const key = createHash('sha256').update('present key').digest();
const retiredKey = createHash('sha256').update('retired key').digest();
const reference = {
  serverId: 1001,
  messageId: '019a1b2c-3d4e-7f50-8a61-72839405a6b7',
  position: 3,
  endsAt: new Date('2026-12-24T12:00:00Z'),
};

test('a token names its attachment and its end, under any key of the ring', () => {
  for (const serverId of [1, 127, 128, Number.MAX_SAFE_INTEGER]) {
    const token = encodeAttachmentToken({ ...reference, serverId }, key);
    assert.match(token, /^[\w-]+$/);
    assert.deepEqual(decodeAttachmentToken(token, [key]), { ...reference, serverId });
    assert.deepEqual(decodeAttachmentToken(token, [retiredKey, key]), { ...reference, serverId });
  }
  assert.equal(decodeAttachmentToken(encodeAttachmentToken(reference, key), [retiredKey]), undefined);
});

test('a token that was changed anywhere, or is not spelled as it was made, names nothing', () => {
  const token = encodeAttachmentToken(reference, key);
  const bytes = Buffer.from(token, 'base64url');
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(decodeAttachmentToken(changed.toString('base64url'), [key]), undefined, `byte ${at}`);
  }
  for (const text of ['', 'x', `${token}=`, `${token}A`, ` ${token}`, token.slice(1), token.slice(0, -1), '%00'])
    assert.equal(decodeAttachmentToken(text, [key]), undefined, text);
});
