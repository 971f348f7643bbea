import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommitUncertain, DatabaseUnavailable } from '@pennyblack/runtime/database/database.ts';
import { toBatchResults, toEmailResult, toSendRequest } from './email-schema.ts';

test('every field of a message is taken over', () => {
  const request = toSendRequest({
    From: 'desk@shop.test',
    To: 'ana@buyer.test',
    Cc: 'ben@buyer.test',
    Bcc: 'audit@shop.test',
    Subject: 'Order 1187',
    Tag: 'order',
    HtmlBody: '<p>Thanks</p>',
    TextBody: 'Thanks',
    ReplyTo: 'help@shop.test',
    Headers: [{ Name: 'X-Order', Value: '1187' }],
    TrackOpens: false,
    TrackLinks: 'HtmlOnly',
    Metadata: { 'order-id': '1187' },
    Attachments: [{ Name: 'a.png', Content: 'AAAA', ContentType: 'image/png', ContentID: 'cid:a' }],
    MessageStream: 'news',
  });
  assert.deepEqual(request, {
    from: 'desk@shop.test',
    to: 'ana@buyer.test',
    cc: 'ben@buyer.test',
    bcc: 'audit@shop.test',
    subject: 'Order 1187',
    tag: 'order',
    htmlBody: '<p>Thanks</p>',
    textBody: 'Thanks',
    replyTo: 'help@shop.test',
    headers: [{ name: 'X-Order', value: '1187' }],
    trackOpens: false,
    trackLinks: 'HtmlOnly',
    metadata: { 'order-id': '1187' },
    attachments: [{ name: 'a.png', contentType: 'image/png', base64: 'AAAA', contentId: 'cid:a' }],
    messageStream: 'news',
  });
});

test('an empty text means the same as an absent field: the default stream, no tag, an ordinary attachment', () => {
  const nothing = toSendRequest({});
  assert.deepEqual(nothing, {
    from: '',
    to: '',
    cc: '',
    bcc: '',
    subject: '',
    replyTo: '',
    headers: [],
    metadata: {},
    attachments: [],
  });
  assert.deepEqual(toSendRequest({ Tag: '', HtmlBody: '', TextBody: '', TrackLinks: '', MessageStream: '' }), nothing);
  const { attachments, headers } = toSendRequest({ Attachments: [{ ContentID: '' }], Headers: [{}] });
  assert.deepEqual(attachments, [{ name: '', contentType: '', base64: '' }]);
  assert.deepEqual(headers, [{ name: '', value: '' }]);
});

const accepted = {
  kind: 'accepted',
  messageId: '0f7c8a4e-2f34-4f4e-9a47-0d1c7c1d9a55',
  submittedAt: new Date('2025-03-27T23:15:33.175Z'),
  text: 'OK',
} as const;

test('an accepted message is answered with its id, its time and the To of the request, in the order seen of Postmark', () => {
  assert.equal(
    JSON.stringify(toEmailResult(accepted, 'Ana <ana@buyer.test>')),
    '{"ErrorCode":0,"Message":"OK","MessageID":"0f7c8a4e-2f34-4f4e-9a47-0d1c7c1d9a55",' +
      '"SubmittedAt":"2025-03-27T23:15:33.1750000Z","To":"Ana <ana@buyer.test>"}',
  );
});

test('without To in the request there is no To in the answer', () => {
  assert.ok(!('To' in toEmailResult(accepted, undefined)));
  assert.ok(!('To' in toEmailResult(accepted, '')));
});

test('a refused message of a batch has its code and its text, and nothing else', () => {
  const refused = { kind: 'refused', refusal: 'recipients_inactive', text: 'Nobody is left.' } as const;
  assert.deepEqual(toEmailResult(refused, 'ana@buyer.test'), { ErrorCode: 406, Message: 'Nobody is left.' });
});

test('what could not be stored is answered by kind: the database away, or a mistake of ours that tells no details', () => {
  const away = {
    ErrorCode: 100,
    Message: 'The service is not available right now. Please try again.',
  };
  const accepted = { kind: 'accepted', messageId: 'id', submittedAt: new Date(0), text: 'OK' } as const;
  const beside = (reason: unknown) =>
    toBatchResults(
      [
        { status: 'fulfilled', value: accepted },
        { status: 'rejected', reason },
      ],
      [{}, {}],
    )[1];
  assert.deepEqual(beside(new DatabaseUnavailable('the connection broke')), away);
  assert.deepEqual(beside(new CommitUncertain('the connection broke')), away);
  assert.deepEqual(beside(new TypeError('secret details')), {
    ErrorCode: 101,
    Message: 'An unexpected error occurred.',
  });
});
