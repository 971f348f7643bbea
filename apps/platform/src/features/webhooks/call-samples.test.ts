import assert from 'node:assert/strict';
import test from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { Webhook } from 'standardwebhooks';
import { makeTestId } from '../../testing/test-world.ts';
import { createCallSamples } from './call-samples.ts';
import type { CallUrl, OutgoingCall } from './ports.ts';
import { makeSigningKey } from './signing-keys.ts';

const now = new Date();
const clock = createSetClock(now);
const signingKey = makeSigningKey('hmac', now);
const target = { url: 'https://hooks.shop.test/', httpAuth: null, httpHeaders: [] };
const webhook = { serverId: 7, streamId: 'outbound', target, signingKeys: [signingKey] };

function callerWith(callUrl: CallUrl, answerSecondsMax?: number) {
  const limit = answerSecondsMax === undefined ? {} : { answerSecondsMax };
  return createCallSamples({ callUrl, makeCallId: makeTestId, clock, ...limit });
}

test('each sample is signed, has an id of its own and no retries; inbound ones say nothing of retries', async () => {
  const calls: OutgoingCall[] = [];
  const callSamples = callerWith(async call => {
    calls.push(call);
    return { kind: 'answered', status: 200, answer: '', milliseconds: 1 };
  });
  const answers = await callSamples(webhook, ['Delivery', 'Bounce', 'Inbound']);
  assert.deepEqual(
    answers.map(answer => answer.trigger),
    ['Delivery', 'Bounce', 'Inbound'],
  );
  const ids = calls.map(call => call.headers['X-PM-Webhook-Trace-Id']);
  assert.equal(new Set(ids).size, 3);
  assert.deepEqual(
    calls.map(call => call.headers['X-PM-Retries-Remaining']),
    ['0', '0', undefined],
  );
  for (const call of calls) new Webhook(signingKey.secret).verify(call.body, call.headers);
});

test('whoever does not answer is given up; the others count', async () => {
  const never = new Promise<never>(() => {});
  const isBounce = (call: OutgoingCall) => call.body.includes('"RecordType":"Bounce"');
  const callSamples = callerWith(
    async call => (isBounce(call) ? never : { kind: 'answered', status: 200, answer: '', milliseconds: 1 }),
    0.05,
  );
  const answers = await callSamples(webhook, ['Delivery', 'Bounce']);
  assert.deepEqual(
    answers.map(({ outcome }) => (outcome.kind === 'answered' ? outcome.status : outcome.failure)),
    [200, 'timeout'],
  );
});
