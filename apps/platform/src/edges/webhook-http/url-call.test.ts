import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallOutcome, CallUrl, OutgoingCall } from '../../features/webhooks/ports.ts';
import type { UrlCall, UrlOutcome } from './url-call.ts';
import { createUrlCaller } from './url-caller.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

test('the edge fills the port of webhooks, and knows exactly its calls and outcomes', async () => {
  const isSameCall: Same<UrlCall, OutgoingCall> = true;
  const isSameOutcome: Same<UrlOutcome, CallOutcome> = true;
  assert.ok(isSameCall && isSameOutcome);

  const caller = createUrlCaller({ resolve: async () => [], allowPrivateTargets: false });
  const callUrl: CallUrl = caller.call;
  const outcome = await callUrl({ url: 'http://127.0.0.1/', headers: {}, body: '{}' });
  assert.equal(outcome.kind === 'failed' && outcome.failure, 'forbidden_address');
  await caller.close();
});
