// The unmodified official Node client sends: answers, failed items of a batch, and errors as its own classes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Errors } from 'postmark';
import { until } from '../scenarios/harness/until.ts';
import { inboxDomain, sender, senderDomain } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const { world, live, withToken } = await runPlatform({
  sink: {
    react: moment =>
      moment.phase === 'rcpt' && moment.recipient?.startsWith('nobody') ? '550 5.1.1 No such user' : undefined,
  },
});

const mail = (to: string) => ({ From: sender, To: to, Subject: 'Hello', TextBody: 'Hello' });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

test('sendEmail answers what the client promises its users', async () => {
  const to = `Ana <ana@${inboxDomain}>, ben@${inboxDomain}`;
  const answer = await live.sendEmail(mail(to));
  assert.equal(answer.ErrorCode, 0);
  assert.equal(answer.Message, 'OK');
  assert.match(answer.MessageID, uuid);
  assert.equal(answer.To, to);
  assert.ok(Math.abs(Date.parse(answer.SubmittedAt) - Date.now()) < 60_000);
});

test('a mail for Bcc alone is taken, and its answer has no To', async () => {
  const answer = await live.sendEmail({
    From: sender,
    Bcc: `hidden@${inboxDomain}`,
    Subject: 'Hello',
    TextBody: 'Hello',
  });
  assert.equal(answer.ErrorCode, 0);
  assert.ok(!('To' in answer));
});

test('sendEmailBatch answers each message in its place, refused ones with code and text alone', async () => {
  const answers = await live.sendEmailBatch([
    mail(`one@${inboxDomain}`),
    mail('not an address'),
    { ...mail(`three@${inboxDomain}`), From: 'x@unknown.test' },
    { ...mail(`four@${inboxDomain}`), MessageStream: 'no-such-stream' },
    mail(`five@${inboxDomain}`),
  ]);
  assert.deepEqual(
    answers.map(answer => answer.ErrorCode),
    [0, 300, 400, 1235, 0],
  );
  assert.deepEqual(Object.keys(answers[1] ?? {}).sort(), ['ErrorCode', 'Message']);
});

test('a batch of 500 is taken, one of 501 is refused whole', async () => {
  const messages = Array.from({ length: 501 }, (_, index) => mail(`batch-${index}@${inboxDomain}`));
  const answers = await live.sendEmailBatch(messages.slice(0, 500));
  assert.equal(new Set(answers.map(answer => answer.MessageID)).size, 500);
  await assert.rejects(live.sendEmailBatch(messages), (error: Errors.ApiInputError) => {
    assert.ok(error instanceof Errors.ApiInputError);
    assert.deepEqual([error.code, error.statusCode], [410, 422]);
    return true;
  });
});

type Mistake = [what: string, code: number, text: RegExp, change: object];
const many = Array.from({ length: 51 }, (_, index) => `r${index}@${inboxDomain}`).join(',');
const mistakes: readonly Mistake[] = [
  ['no body', 300, /TextBody.*HtmlBody/, { TextBody: undefined }],
  [
    'a broken recipient',
    300,
    /^Error parsing 'Cc': Illegal email address 'World'\. It must contain the '@' symbol\.$/,
    { Cc: 'World' },
  ],
  ['a recipient without a real domain', 300, /^Invalid 'To' address: 'foo@bar'\.$/, { To: 'foo@bar' }],
  ['a broken sender', 300, /^Invalid 'From' address/, { From: 'desk@localhost' }],
  ['51 recipients', 300, /50/, { To: many }],
  ['nobody', 300, /recipient/i, { To: '' }],
  ['a header with a line break', 300, /header/i, { Headers: [{ Name: 'X-A', Value: 'b\r\nBcc: c@d.test' }] }],
  ['too much metadata', 300, /^Invalid metadata content\./, { Metadata: { k: 'v'.repeat(81) } }],
  [
    'a program attached',
    411,
    /evil\.exe/,
    { Attachments: [{ Name: 'evil.exe', Content: 'AA==', ContentType: 'application/octet-stream' }] },
  ],
  ['an unknown stream', 1235, /stream/i, { MessageStream: 'nowhere' }],
  ['a sender nobody vouched for', 400, /unknown\.test/, { From: 'x@unknown.test' }],
];

for (const [what, code, text, change] of mistakes) {
  test(`refused with ${code}: ${what}`, async () => {
    await assert.rejects(live.sendEmail({ ...mail(`ok@${inboxDomain}`), ...change }), (error: Errors.ApiInputError) => {
      assert.ok(error instanceof (code === 300 ? Errors.InvalidEmailRequestError : Errors.ApiInputError), error.name);
      assert.deepEqual([error.code, error.statusCode], [code, 422], error.message);
      assert.match(error.message, text);
      return true;
    });
  });
}

test('50 recipients over To, Cc and Bcc are taken', async () => {
  const list = (field: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${field}-${index}@${inboxDomain}`).join(', ');
  const answer = await live.sendEmail({ ...mail(list('to', 20)), Cc: list('cc', 20), Bcc: list('bcc', 10) });
  assert.equal((await live.getOutboundMessageDetails(answer.MessageID)).Recipients.length, 50);
});

test('a wrong token is InvalidAPIKeyError', async () => {
  await assert.rejects(
    withToken('00000000-0000-4000-8000-00000000dead').sendEmail(mail(`x@${inboxDomain}`)),
    (error: Errors.HttpError) => {
      assert.ok(error instanceof Errors.InvalidAPIKeyError);
      assert.deepEqual([error.code, error.statusCode], [10, 401]);
      return true;
    },
  );
});

test('the test token checks everything and stores nothing', async () => {
  const rehearsal = withToken('POSTMARK_API_TEST');
  const answer = await rehearsal.sendEmail(mail(`x@${inboxDomain}`));
  assert.deepEqual([answer.ErrorCode, answer.Message], [0, 'Test job accepted']);
  await assert.rejects(live.getOutboundMessageDetails(answer.MessageID), { code: 701 });
  await assert.rejects(rehearsal.sendEmail(mail('nonsense')), Errors.InvalidEmailRequestError);
  const [first, second] = await rehearsal.sendEmailBatch([mail(`x@${inboxDomain}`), mail('nonsense')]);
  assert.deepEqual([first?.Message, second?.ErrorCode], ['Test job accepted', 300]);
});

test('after a hard bounce the address is refused with 406, alone or in company', async () => {
  const gone = `nobody@${inboxDomain}`;
  const { MessageID } = await live.sendEmail(mail(gone));
  await until('it has bounced', async () => (await live.getOutboundMessageDetails(MessageID)).Status === 'Sent');
  await assert.rejects(live.sendEmail(mail(`Nobody@${inboxDomain}`)), (error: Errors.InactiveRecipientsError) => {
    assert.ok(error instanceof Errors.InactiveRecipientsError);
    assert.deepEqual([error.code, error.statusCode], [406, 422]);
    assert.deepEqual(error.recipients, [gone]);
    return true;
  });
  const inCompany = await live.sendEmail(mail(`${gone}, friend@${inboxDomain}`));
  assert.equal(inCompany.ErrorCode, 0);
  assert.match(inCompany.Message, /^Message OK, but will not deliver to these inactive addresses: nobody@inbox\.test/);
  const [refused] = await live.sendEmailBatch([mail(gone)]);
  assert.equal(refused?.ErrorCode, 406);
  // Suppressions belong to a stream: the broadcast stream still writes to the address.
  assert.equal((await live.sendEmail({ ...mail(gone), MessageStream: 'broadcast' })).ErrorCode, 0);
  await until('the friend has it', () =>
    world.sink.messages.some(message => message.recipients.includes(`friend@${inboxDomain}`)),
  );
});

test('what the clients of other languages add is taken: keys in any case, fields we do not know, null for nothing', async () => {
  const answer = await live.sendEmail({
    from: `desk@${senderDomain}`,
    TO: `x@${inboxDomain}`,
    subject: 'Hello',
    textbody: 'Hello',
    HtmlBody: null,
    TemplateModel: {},
    InlineCss: true,
  } as never);
  assert.equal(answer.ErrorCode, 0);
});
