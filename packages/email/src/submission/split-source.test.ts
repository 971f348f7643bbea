import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { completeHeader, fieldLinesOf } from './complete-header.ts';
import { splitSource } from './split-source.ts';

const kept = (source: string | Buffer) => {
  const { header, body } = splitSource(Buffer.from(source));
  return { header: header.toString('latin1'), body: body.toString('latin1') };
};

test('only the listed fields are removed, whatever their case and folding; the rest stays to the byte', () => {
  const source = [
    'Received: from a\r\n\tby b; Thu\r\n',
    'Subject :  folded\r\n  twice\r\n \t\r\n',
    'BCC: x@y.test,\r\n z@y.test\r\n',
    'x-pm-tag: order\r\n',
    'X-PMTA: stays\r\n',
    'Return-Path: <a@b.test>\r\n',
    'DKIM-Signature: v=1;\r\n b=abc\r\n',
    'Resent-Bcc: x@y.test\r\n',
    'Idempotency-Key: 1\r\n',
    'List-Unsubscribe: <https://shop.test/u>\r\n',
    'Message-ID: <1@shop.test>\r\n',
  ].join('');
  assert.deepEqual(kept(`${source}\r\nBcc: in the body\r\n`), {
    header: [
      'Subject :  folded\r\n  twice\r\n \t\r\n',
      'X-PMTA: stays\r\n',
      'List-Unsubscribe: <https://shop.test/u>\r\n',
    ].join(''),
    body: 'Bcc: in the body\r\n',
  });
});

test('Message-ID stays with X-PM-KeepID only, a complaint id only beside its address, our feedback id never', () => {
  const named = 'Message-ID: <1@shop.test>\r\n';
  assert.equal(kept(`${named}\r\n`).header, '');
  assert.equal(kept(`X-PM-KeepID: false\r\n${named}\r\n`).header, '');
  assert.equal(kept(`${named}x-pm-keepid: TRUE\r\n\r\n`).header, named);
  assert.equal(kept('CFBL-Feedback-ID: x\r\n\r\n').header, '');
  const complaints = 'CFBL-Address: fbl@shop.test\r\nCFBL-Feedback-ID: x\r\n';
  assert.equal(kept(`${complaints}\r\n`).header, complaints);
  assert.equal(kept('Feedback-ID: 1:2:3:pennyblack\r\n\r\n').header, '');
  assert.equal(kept('Feedback-ID: 1:2:3:shop\r\n\r\n').header, 'Feedback-ID: 1:2:3:shop\r\n');
});

test('a header that is none ends where it breaks, and nothing is lost', () => {
  assert.deepEqual(kept(''), { header: '', body: '' });
  assert.deepEqual(kept('\r\nbody'), { header: '', body: 'body' });
  assert.deepEqual(kept('A: b'), { header: 'A: b\r\n', body: '' });
  assert.deepEqual(kept('From me Thu\r\nA: b\r\n\r\nc'), { header: 'A: b\r\n', body: 'c' });
  assert.deepEqual(kept('A: b\r\nno field\r\nC: d\r\n\r\ne'), {
    header: 'A: b\r\n',
    body: 'no field\r\nC: d\r\n\r\ne',
  });
  assert.deepEqual(kept(' folded\r\nA: b\r\n'), { header: '', body: ' folded\r\nA: b\r\n' });
  assert.deepEqual(kept(': no name\r\n'), { header: '', body: ': no name\r\n' });
});

const name = fc.constantFrom(
  'Subject',
  'X-A',
  'X-PM-Tag',
  'bcc',
  'X-PM-Metadata-k',
  'Received',
  'To',
  'From',
  'x',
  'DKIM-Signature',
);
const valuePart = fc.constantFrom(
  'a',
  ' ',
  '\t',
  '=?utf-8?q?=C3=BC?=',
  '\xfc',
  '\xc3\xbc',
  ':',
  '"',
  '<',
  '\0',
  'word ',
  '\r\n ',
  '\r\n\t',
);
const field = fc
  .tuple(name, fc.constantFrom('', ' ', '\t'), fc.array(valuePart, { maxLength: 12 }))
  .map(([word, space, parts]) => `${word}${space}: ${parts.join('')}\r\n`);
const bodyPart = fc.constantFrom(
  '--b\r\n',
  '--b--\r\n',
  '\r\n',
  '.',
  'text',
  '\xff',
  'X-PM-Tag: a\r\n',
  ' ',
  '\0',
  'From me\r\n',
);
const removed = /^(?:x-pm-.*|bcc|received|dkim-signature)$/;

test('splicing takes out the listed fields and changes nothing else', () => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 12 }), fc.array(bodyPart, { maxLength: 20 }), (fields, parts) => {
      const body = parts.join('');
      const { header, body: foundBody } = kept(Buffer.from(`${fields.join('')}\r\n${body}`, 'latin1'));
      const expected = fields.filter(line => !removed.test((line.split(/[\t :]/, 1)[0] ?? '').toLowerCase()));
      assert.equal(header, expected.join(''));
      assert.equal(foundBody, body);
      const lines = fieldLinesOf(Buffer.from(header, 'latin1'));
      assert.equal(lines.map(each => each.line).join(''), header);
    }),
    { numRuns: 1000 },
  );
});

test('any bytes are split without an error, and no byte of the body is changed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
      const source = Buffer.from(bytes);
      const { body } = splitSource(source);
      assert.ok(source.subarray(source.length - body.length).equals(body));
    }),
    { numRuns: 2000 },
  );
});

test('floods are read in time that grows with their length', () => {
  const size = 400_000;
  for (const part of [
    'a:b\r\n',
    'a\r\n',
    ' \r\n',
    'A: b\r\n ',
    'x-pm-metadata-a: =?utf-8?q?a?= \r\n',
    ':',
    '\r\n',
    '>From ',
    '=?a?q?',
  ]) {
    splitSource(Buffer.from(`X-PM-Tag: ${part.repeat(size / part.length)}`));
    splitSource(Buffer.from(part.repeat(size / part.length)));
  }
});

test('what is missing is added behind the fields that are there, and nothing that is there is doubled', () => {
  const completed = (names: string[], isAsciiBody = true) =>
    completeHeader({
      names: new Set(names),
      date: new Date(0),
      messageId: '<1@mail.shop.test>',
      replyTo: [{ name: 'Help', localPart: 'help', domain: 'shop.test', address: 'help@shop.test' }],
      isAsciiBody,
      headers: [{ name: 'X-PM-Message-Id', value: '1' }],
    }).map(each => each.line);
  assert.deepEqual(completed([]), [
    'Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n',
    'To: undisclosed-recipients:;\r\n',
    'Reply-To: Help <help@shop.test>\r\n',
    'Message-ID: <1@mail.shop.test>\r\n',
    'X-PM-Message-Id: 1\r\n',
    'MIME-Version: 1.0\r\n',
  ]);
  assert.deepEqual(completed(['date', 'cc', 'reply-to', 'message-id', 'mime-version']), ['X-PM-Message-Id: 1\r\n']);
  // Nobody knows what such a body is; MIME would call it ASCII.
  assert.ok(!completed([], false).includes('MIME-Version: 1.0\r\n'));
});
