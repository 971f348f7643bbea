// Mail as the world sends it is read into what was put in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InboundMail, InboundSummary } from './inbound-mail.ts';
import { readInboundMail, readInboundSummary } from './read-inbound-mail.ts';
import { assertPresentable } from './testing/assert-presentable.ts';
import { normalMail } from './testing/normal-mail.ts';

test('there are enough shapes of mail, and none has the name of another', () => {
  assert.ok(normalMail.length >= 200);
  assert.equal(new Set(normalMail.map(({ name }) => name)).size, normalMail.length);
});

for (const { name, source, expected } of normalMail) {
  test(`mail is read: ${name}`, () => {
    const mail = readInboundMail(source);
    assert.deepEqual(mail, expected);
    assertPresentable(mail, source);
    assert.deepEqual(readInboundSummary(source), summaryOf(mail));
  });
}

function summaryOf({ headers, text, html, strippedReply, attachments, ...header }: InboundMail): InboundSummary {
  return {
    ...header,
    attachments: attachments.map(({ content, ...file }) => ({ ...file, contentLength: content.length })),
  };
}
