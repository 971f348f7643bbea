import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayManageAccount, mayUseServer } from './user-rules.ts';

test('owner and admins may do everything, a member may use his own servers', () => {
  for (const role of ['owner', 'admin'] as const) {
    assert.equal(mayManageAccount({ role }), true);
    assert.equal(mayUseServer({ role, serverIds: [] }, 1001), true);
  }
  assert.equal(mayManageAccount({ role: 'member' }), false);
  assert.equal(mayUseServer({ role: 'member', serverIds: [1001] }, 1001), true);
  assert.equal(mayUseServer({ role: 'member', serverIds: [1001] }, 1002), false);
});
