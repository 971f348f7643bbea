import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksToSlowDown, meaningOfReply, replyText } from './outcome-rules.ts';

test('an accepted message is delivered, a 5xx bounces by its kind, anything else is tried again', () => {
  assert.deepEqual(meaningOfReply({ code: 250, text: '2.0.0 OK' }, true), { kind: 'delivered' });
  assert.deepEqual(meaningOfReply({ code: 550, enhanced: '5.1.1', text: '5.1.1 no such user' }, false), {
    kind: 'bounced',
    type: 'HardBounce',
  });
  assert.deepEqual(meaningOfReply({ code: 550, enhanced: '5.7.1', text: '5.7.1 blocked by policy' }, false), {
    kind: 'bounced',
    type: 'Blocked',
  });
  for (const code of [400, 421, 450, 452, 499, 600, 354, 250]) {
    assert.deepEqual(meaningOfReply({ code, text: 'later' }, false), { kind: 'try_later' }, String(code));
  }
});

test('the borders of 5xx', () => {
  assert.equal(meaningOfReply({ code: 500, text: '' }, false).kind, 'bounced');
  assert.equal(meaningOfReply({ code: 599, text: '' }, false).kind, 'bounced');
});

test('a reply is shown as Postmark shows it', () => {
  assert.equal(replyText({ code: 250, text: '2.0.0 OK 1488049184' }), 'smtp;250 2.0.0 OK 1488049184');
});

test('421 and 4.7.x ask for less traffic; greylisting and a full mailbox do not', () => {
  assert.ok(asksToSlowDown({ code: 421, text: 'too many connections' }));
  assert.ok(asksToSlowDown({ code: 421, text: 'greylisted' }));
  assert.ok(asksToSlowDown({ code: 450, enhanced: '4.7.28', text: 'unusual rate' }));
  assert.ok(!asksToSlowDown({ code: 451, enhanced: '4.7.1', text: 'Greylisting in action' }));
  assert.ok(!asksToSlowDown({ code: 451, enhanced: '4.7.1', text: 'grey listed, try later' }));
  assert.ok(!asksToSlowDown({ code: 452, enhanced: '4.2.2', text: 'mailbox full' }));
  assert.ok(!asksToSlowDown({ code: 550, enhanced: '5.7.1', text: 'blocked' }));
});
