import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CheckedMessage, checkMessage, limits } from './message-rules.ts';
import type { SendRequest } from './send-request.ts';
import { sampleRequest } from './testing/sample-requests.ts';

const asciiOnly = { allowNonAsciiMailboxes: false };

function accepted(changes: Partial<SendRequest>): CheckedMessage {
  const decision = checkMessage(sampleRequest(changes), asciiOnly);
  assert.equal(decision.kind, 'message', JSON.stringify(decision).slice(0, 300));
  return (decision as Extract<typeof decision, { kind: 'message' }>).message;
}

function refusedWith(changes: Partial<SendRequest>): { refusal: string; message: string } {
  const decision = checkMessage(sampleRequest(changes), asciiOnly);
  assert.equal(decision.kind, 'refused');
  const { refusal, message } = decision as Extract<typeof decision, { kind: 'refused' }>;
  return { refusal, message };
}

function assertInvalid(changes: Partial<SendRequest>, message: string | RegExp): void {
  const found = refusedWith(changes);
  assert.equal(found.refusal, 'email_invalid');
  if (typeof message === 'string') assert.equal(found.message, message);
  else assert.match(found.message, message);
}

function addresses(count: number, domain = 'buyer.test'): string {
  return Array.from({ length: count }, (_, number) => `r${number}@${domain}`).join(', ');
}

test('a message keeps every field that was given, and has no key for what was not', () => {
  const message = accepted({
    to: 'ana@buyer.test, Ben <ben@buyer.test>',
    cc: 'carl@buyer.test',
    bcc: 'audit@shop.test',
    replyTo: 'help@shop.test, desk@shop.test',
    tag: 'order',
    htmlBody: '<p>Thanks</p>',
    textBody: 'Thanks',
    headers: [{ name: 'X-Order', value: '1187' }],
    trackOpens: true,
    trackLinks: 'htmlonly',
    metadata: { 'order-id': '1187' },
    attachments: [{ name: 'a.png', contentType: 'image/png', contentId: 'cid:a.png', base64: 'iVBORw0KGgo=' }],
  });
  assert.deepEqual(message.from, {
    name: 'Shop Desk',
    localPart: 'desk',
    domain: 'shop.test',
    address: 'desk@shop.test',
  });
  assert.deepEqual(
    message.recipients.map(({ recipientNumber, field, mailbox }) => [recipientNumber, field, mailbox.address]),
    [
      [0, 'To', 'ana@buyer.test'],
      [1, 'To', 'ben@buyer.test'],
      [2, 'Cc', 'carl@buyer.test'],
      [3, 'Bcc', 'audit@shop.test'],
    ],
  );
  assert.equal(message.recipients[1]?.mailbox.name, 'Ben');
  assert.deepEqual(
    message.replyTo.map(mailbox => mailbox.address),
    ['help@shop.test', 'desk@shop.test'],
  );
  assert.deepEqual(message.headers, [{ name: 'X-Order', value: '1187' }]);
  assert.equal(message.trackLinks, 'HtmlOnly');
  assert.equal(message.trackOpens, true);
  assert.deepEqual(message.metadata, { 'order-id': '1187' });
  assert.equal(message.attachments[0]?.contentId, 'cid:a.png');

  const bare = accepted({});
  for (const absent of ['tag', 'html', 'metadata', 'trackOpens', 'trackLinks', 'keptMessageId', 'fakeBounceType']) {
    assert.ok(!(absent in bare), absent);
  }
});

test('From: one address, cut from a list, and refused with the text that clients look for', () => {
  assert.equal(accepted({ from: 'a@shop.test, b@shop.test' }).from.address, 'a@shop.test');
  assertInvalid({ from: '' }, "Invalid 'From' address: ''.");
  assertInvalid({ from: ' , ' }, "Invalid 'From' address: ''.");
  assertInvalid({ from: 'webmaster@localhost' }, "Invalid 'From' address: 'webmaster@localhost'.");
  assertInvalid(
    { from: 'World' },
    "Error parsing 'From': Illegal email address 'World'. It must contain the '@' symbol.",
  );
});

test('From may have 255 characters, and not one more', () => {
  const address = '<a@shop.test>';
  const atLimit = `${'n'.repeat(limits.fromLengthMax - address.length - 1)} ${address}`;
  assert.equal(atLimit.length, 255);
  accepted({ from: atLimit });
  assertInvalid({ from: `n${atLimit}` }, "The 'From' address is longer than 255 characters.");
});

test('replies may go to a mailbox longer than 64 octets, mail may not', () => {
  const ticket = '0123456789abcdef0123456789abcdef+6f0b7c9e-4f27-4a0e-9d0a-3c1f6b2f7a11@inbound.shop.test';
  assert.equal(accepted({ replyTo: ticket }).replyTo[0]?.address, ticket);
  assertInvalid({ to: ticket }, /^Invalid 'To' address: /);
});

test('wrong addresses are named in the shapes that clients parse', () => {
  const anymail = /^(Invalid|Error\s+parsing)\s+'(To|Cc|Bcc)'/i;
  const wrong: [keyof SendRequest, string, string][] = [
    ['to', 'foo@bar', "Invalid 'To' address: 'foo@bar'."],
    ['cc', 'World', "Error parsing 'Cc': Illegal email address 'World'. It must contain the '@' symbol."],
    ['bcc', 'x@mail.test.', "Error parsing 'Bcc': Illegal email domain 'mail.test.' in address 'x@mail.test.'."],
  ];
  for (const [field, text, message] of wrong) {
    assertInvalid({ [field]: text }, message);
    assert.match(message, anymail);
  }
  assert.equal(/address:?\s*'(.*)'/.exec(refusedWith({ to: 'a@buyer.test, foo@bar' }).message)?.[1], 'foo@bar');
  assertInvalid({ replyTo: 'nobody' }, /^Error parsing 'Reply-To': Illegal email address 'nobody'\./);
  assertInvalid({ to: 'jörg@buyer.test' }, /^Invalid 'To' address/);
  const international = checkMessage(sampleRequest({ to: 'jörg@buyer.test' }), { allowNonAsciiMailboxes: true });
  assert.equal(international.kind, 'message');
});

test('fifty recipients in To, Cc and Bcc together are taken, also with a trailing comma; the next is refused', () => {
  assert.equal(accepted({ to: `${addresses(50)},` }).recipients.length, 50);
  assert.equal(
    accepted({ to: addresses(20), cc: addresses(20, 'c.test'), bcc: addresses(10, 'b.test') }).recipients.length,
    50,
  );
  assertInvalid({ to: addresses(51) }, /up to 50 recipients .* this message has 51/);
  assertInvalid({ to: addresses(20), cc: addresses(20, 'c.test'), bcc: addresses(11, 'b.test') }, /has 51/);
});

test('only Cc or only Bcc is enough; nobody at all is not', () => {
  assert.deepEqual(
    accepted({ to: '', cc: 'c@buyer.test' }).recipients.map(recipient => recipient.field),
    ['Cc'],
  );
  assert.deepEqual(
    accepted({ to: '', bcc: 'b@buyer.test' }).recipients.map(recipient => recipient.field),
    ['Bcc'],
  );
  assertInvalid({ to: '' }, 'Zero recipients specified');
  assertInvalid({ to: ',', cc: ' ' }, 'Zero recipients specified');
});

test('an address that stands several times gets one copy, in the first place where it stands, and counts each time', () => {
  const message = accepted({ to: 'Ana@Buyer.test', cc: 'ana@buyer.test, ben@buyer.test', bcc: 'BEN@buyer.test' });
  assert.deepEqual(
    message.recipients.map(({ recipientNumber, field, mailbox }) => [recipientNumber, field, mailbox.address]),
    [
      [0, 'To', 'Ana@Buyer.test'],
      [1, 'Cc', 'ben@buyer.test'],
    ],
  );
  // The headers still show what the caller wrote.
  assert.equal(message.cc.length, 2);
  assertInvalid({ to: Array.from({ length: 51 }, () => 'a@buyer.test').join(',') }, /has 51/);
});

test('a body is needed: an empty one is none', () => {
  const text = "Provide either email 'TextBody' or 'HtmlBody' or both.";
  const { textBody: _, ...withoutText } = sampleRequest();
  assert.deepEqual(checkMessage(withoutText, asciiOnly), { kind: 'refused', refusal: 'email_invalid', message: text });
  assertInvalid({ textBody: '', htmlBody: '' }, text);
  assert.ok(!('text' in accepted({ textBody: '', htmlBody: '<p>x</p>' })));
});

test('each body may have exactly 5 MB in UTF-8', () => {
  const fiveMb = 5 * 1024 * 1024;
  accepted({ textBody: 'x'.repeat(fiveMb) });
  assertInvalid({ textBody: 'x'.repeat(fiveMb + 1) }, "The 'TextBody' is larger than 5 MB.");
  // Two bytes each.
  accepted({ htmlBody: 'é'.repeat(fiveMb / 2) });
  assertInvalid({ htmlBody: `${'é'.repeat(fiveMb / 2)}x` }, "The 'HtmlBody' is larger than 5 MB.");
});

test('a message with its attachments may have 10 MB, counted in bytes', () => {
  const { messageBytesMax } = limits;
  const file = (length: number) => ({ name: 'a.txt', contentType: 'text/plain', base64: 'A'.repeat(length) });
  accepted({ textBody: 'abcd', attachments: [file(messageBytesMax - 4)] });
  assertInvalid({ textBody: 'abcde', attachments: [file(messageBytesMax - 4)] }, /larger than 10 MB/);
  // Half as many characters as bytes.
  const threeMb = 3 * 1024 * 1024;
  assertInvalid(
    { textBody: 'é'.repeat(threeMb / 2), htmlBody: 'é'.repeat(threeMb / 2), attachments: [file(4 * 1024 * 1024 + 4)] },
    /larger than 10 MB/,
  );
});

test('subject and tag: exactly the limit is taken', () => {
  assert.equal(accepted({ subject: '' }).subject, '');
  accepted({ subject: 's'.repeat(2000) });
  assertInvalid({ subject: 's'.repeat(2001) }, "The 'Subject' is longer than 2000 characters.");
  accepted({ tag: 't'.repeat(1000) });
  assertInvalid({ tag: 't'.repeat(1001) }, "The 'Tag' is longer than 1000 characters.");
});

test('metadata: ten fields, names of 20, values of 80, and no name twice in any case', () => {
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']));
  accepted({ metadata: fields(10) });
  assertInvalid({ metadata: fields(11) }, /^Invalid metadata content\. A message may have at most 10/);
  accepted({ metadata: { ['k'.repeat(20)]: 'v'.repeat(80) } });
  const exceeded = (name: string) =>
    'Invalid metadata content. Field names are limited to 20 characters and field values are limited to 80 characters ' +
    `in length. The '${name}' field in your metadata content exceeds these limits.`;
  assertInvalid({ metadata: { ['k'.repeat(21)]: '' } }, exceeded('k'.repeat(21)));
  assertInvalid({ metadata: { k: 'v'.repeat(81) } }, exceeded('k'));
  assertInvalid({ metadata: { Color: 'a', color: 'b' } }, /'color' field stands more than once/);
  assertInvalid({ metadata: { '': 'v' } }, /may not be empty/);
});

test('TrackLinks in any case; an empty one is none, an unknown one is refused', () => {
  for (const value of ['None', 'HtmlAndText', 'HtmlOnly', 'TextOnly']) {
    assert.equal(accepted({ trackLinks: value.toUpperCase() }).trackLinks, value);
  }
  assert.ok(!('trackLinks' in accepted({ trackLinks: '' })));
  assertInvalid({ trackLinks: 'Everything' }, /'Everything' is not one of None, HtmlAndText, HtmlOnly, TextOnly/);
});

test('attachments: forbidden types are 411 in any case, wrong base64 is 300, line breaks in it are taken', () => {
  const file = (name: string, base64 = 'AAAA') => ({ name, contentType: 'application/octet-stream', base64 });
  const types =
    'vbs exe bin bat chm com cpl crt hlp hta inf ins isp jse lnk mdb pcd pif reg scr sct shs vbe vba wsf wsh wsl msc msi msp mst';
  for (const type of types.split(' ')) {
    for (const name of [`run.${type}`, `RUN.pdf.${type.toUpperCase()}`]) {
      const { refusal, message } = refusedWith({ attachments: [file('fine.pdf'), file(name)] });
      assert.equal(refusal, 'attachment_forbidden', name);
      assert.match(message, new RegExp(name.replaceAll('.', '\\.')));
    }
  }
  accepted({ attachments: [file('exe'), file('exe.pdf'), file('a.txt', 'AA\r\nAA')] });
  assertInvalid({ attachments: [file('')] }, "An attachment needs a 'Name'.");
  assertInvalid(
    { attachments: [file('a.txt', 'AAA')] },
    "The 'Content' of the attachment 'a.txt' is not valid base64.",
  );
});

test('headers: ours are dropped, a kept Message-ID and a fake bounce come through, a line break is refused', () => {
  const message = accepted({
    headers: [
      { name: 'Message-ID', value: 'own@shop.test' },
      { name: 'X-PM-KeepID', value: 'true' },
      { name: 'MIME-Version', value: '1.0' },
      { name: 'Content-Transfer-Encoding', value: '7bit' },
      { name: 'X-PM-Bounce-Type', value: 'SoftBounce' },
      { name: 'X-Kept', value: 'yes' },
    ],
  });
  assert.deepEqual(message.headers, [{ name: 'X-Kept', value: 'yes' }]);
  assert.equal(message.keptMessageId, '<own@shop.test>');
  assert.equal(message.fakeBounceType, 'SoftBounce');
  assertInvalid({ headers: [{ name: 'X-A', value: 'a\r\nBcc: x@y.test' }] }, /must not contain line breaks/);
});

test('of several mistakes the first in the order of checks is told', () => {
  const all = {
    from: 'x',
    to: 'y',
    textBody: '',
    subject: 's'.repeat(2001),
    attachments: [{ name: 'a.exe', contentType: '', base64: '!' }],
  };
  assertInvalid(all, /'From'/);
  assertInvalid({ ...all, from: 'a@b.test' }, /'To'/);
  assertInvalid({ ...all, from: 'a@b.test', to: '' }, 'Zero recipients specified');
  assertInvalid({ ...all, from: 'a@b.test', to: 'a@b.test' }, /^Provide either/);
  assertInvalid({ ...all, from: 'a@b.test', to: 'a@b.test', textBody: 'x' }, /'Subject'/);
  assert.equal(
    refusedWith({ ...all, from: 'a@b.test', to: 'a@b.test', textBody: 'x', subject: '' }).refusal,
    'attachment_forbidden',
  );
});

test('whatever comes, the answer is a decision, and an accepted message keeps the limits', t => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('a@b.test', 'x@y.test, z@y.test'),
  );
  fc.assert(
    fc.property(text, text, text, text, fc.dictionary(fc.string(), fc.string()), (from, to, cc, subject, metadata) => {
      const decision = checkMessage(sampleRequest({ from, to, cc, subject, metadata }), asciiOnly);
      if (decision.kind === 'refused') assert.notEqual(decision.message, '');
      else {
        const numbers = decision.message.recipients.map(recipient => recipient.recipientNumber);
        assert.deepEqual(numbers, [...numbers.keys()]);
        const keys = new Set(decision.message.recipients.map(recipient => recipient.addressKey));
        assert.equal(keys.size, numbers.length);
      }
    }),
    { seed, numRuns: 300 },
  );
});
