import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFeedbackId } from '@pennyblack/email/return-path/feedback-id.ts';
import PostalMime from 'postal-mime';
import { sampleContent } from '../delivery/testing/sample-items.ts';
import { composeOutgoing } from './compose-outgoing.ts';
import { packContent, unpackContent } from './message-content.ts';

const messageId = '01900000-0000-7000-8000-000000000001';

function sourceOf(content: ReturnType<typeof sampleContent>): string {
  const composed = composeOutgoing(1001, messageId, content);
  return `${composed.headers.map(field => field.line).join('')}\r\n${composed.body.toString('latin1')}`;
}

const rich = sampleContent({
  cc: [{ name: 'Ben', localPart: 'ben', domain: 'buyer.test', address: 'ben@buyer.test' }],
  replyTo: [{ name: '', localPart: 'help', domain: 'shop.test', address: 'help@shop.test' }],
  html: '<p>Thanks <img src="cid:logo.png"></p>',
  tag: 'order',
  headers: [{ name: 'X-Order', value: '1187' }],
  attachments: [
    { name: 'logo.png', contentType: 'image/png', base64: 'iVBORw0KGgo=', contentId: 'cid:logo.png' },
    { name: 'a.txt', contentType: 'text/plain', base64: 'QUJD' },
  ],
});

test('the same content gives the same bytes, also after it was stored; another id gives another boundary', () => {
  const source = sourceOf(rich);
  assert.equal(sourceOf(rich), source);
  assert.equal(sourceOf(unpackContent(packContent(rich))), source);
  const other = composeOutgoing(1001, messageId.replace(/1$/, '2'), rich);
  assert.notEqual(other.body.toString(), composeOutgoing(1001, messageId, rich).body.toString());
});

test('a parser finds everything that was sent', async () => {
  const parsed = await PostalMime.parse(sourceOf(rich));
  assert.equal(parsed.from?.address, 'desk@shop.test');
  assert.deepEqual(
    parsed.to?.map(mailbox => mailbox.address),
    ['ana@buyer.test'],
  );
  assert.deepEqual(parsed.cc, [{ address: 'ben@buyer.test', name: 'Ben' }]);
  assert.equal(parsed.replyTo?.[0]?.address, 'help@shop.test');
  assert.equal(parsed.subject, 'Order 1187');
  assert.equal(parsed.messageId, '<order-1187@mail.shop.test>');
  assert.equal(parsed.date, rich.receivedAt);
  assert.equal(parsed.text?.trim(), 'Thanks');
  assert.equal(parsed.html?.trim(), '<p>Thanks <img src="cid:logo.png"></p>');
  assert.deepEqual(
    parsed.attachments.map(({ filename, disposition, contentId }) => [filename, disposition, contentId ?? null]),
    [
      ['logo.png', 'inline', '<logo.png>'],
      ['a.txt', 'attachment', null],
    ],
  );
  const header = (name: string) => parsed.headers.filter(one => one.key === name).map(one => one.value);
  assert.deepEqual(header('x-pm-message-id'), [messageId]);
  assert.deepEqual(header('x-pm-tag'), ['order']);
  assert.deepEqual(header('x-order'), ['1187']);
  assert.deepEqual(header('feedback-id'), ['outbound:1001:1:pennyblack']);
});

test('no tag, no X-PM-Tag; a Feedback-ID of the customer stands alone', async () => {
  const parsed = await PostalMime.parse(sourceOf(sampleContent({ headers: [{ name: 'FEEDBACK-ID', value: 'mine' }] })));
  assert.ok(!parsed.headers.some(header => header.key === 'x-pm-tag'));
  assert.deepEqual(
    parsed.headers.filter(header => header.key === 'feedback-id').map(header => header.value),
    ['mine'],
  );
});

test('blind recipients stand nowhere, and a tag cannot bring a header of its own', () => {
  const source = sourceOf(sampleContent({ to: [], tag: 'a\r\nBcc: evil@buyer.test' }));
  assert.match(source, /\r\nTo: undisclosed-recipients:;\r\n/);
  assert.doesNotMatch(source, /^Bcc:/im);
});

test('with a complaint loop, it says where complaints go and by which id they name the message; a customer’s own stands alone', () => {
  const key = Buffer.alloc(32, 3);
  const loop = { address: 'fbl@mail.shop.test', key };
  const fields = (content: ReturnType<typeof sampleContent>) =>
    composeOutgoing(1001, messageId, content, loop).headers.filter(field => field.name.startsWith('CFBL-'));
  const [address, id] = fields(rich);
  assert.equal(address?.line, 'CFBL-Address: fbl@mail.shop.test; report=arf\r\n');
  assert.deepEqual(decodeFeedbackId(id?.line ?? '', [key]), { serverId: 1001, messageId });
  assert.equal(fields(sampleContent({ headers: [{ name: 'cfbl-address', value: 'fbl@shop.test' }] })).length, 0);
  assert.ok(!composeOutgoing(1001, messageId, rich).headers.some(field => field.name.startsWith('CFBL-')));
});
