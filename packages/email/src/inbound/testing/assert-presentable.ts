// What holds for every message that was read, whatever it was.

import assert from 'node:assert/strict';
import type { InboundMail } from '../inbound-mail.ts';
import { mailboxesMax } from '../read-header.ts';

/** Texts can be stored, posted as JSON and shown; nothing is larger than what it was made of allows. */
export function assertPresentable(mail: InboundMail, source: Buffer): void {
  const lines = [mail.subject, mail.replyTo, mail.date, mail.tag, mail.from.name, mail.from.address];
  for (const mailbox of [...mail.to, ...mail.cc]) {
    lines.push(mailbox.name, mailbox.address);
    assert.notEqual(mailbox.address, '');
  }
  for (const { name, value } of mail.headers) lines.push(name, value);
  for (const { name, contentType, contentId = '' } of mail.attachments) {
    lines.push(name, contentType, contentId);
    assert.notEqual(name, '');
    assert.ok(!/[/\\]/.test(name), name);
    assert.match(contentType, /^[^\s/]+\/[^\s/]+/);
  }
  for (const line of lines) {
    assert.ok(!/[\x00-\x08\x0a-\x1f\x7f]/.test(line), JSON.stringify(line.slice(0, 200)));
    assert.ok(line.isWellFormed());
  }
  for (const text of [mail.text, mail.html, mail.strippedReply]) {
    assert.ok(!/[\0\r]/.test(text));
    assert.ok(text.isWellFormed());
  }
  assert.ok(mail.to.length <= mailboxesMax && mail.cc.length <= mailboxesMax);
  const held = mail.attachments.reduce((sum, { content }) => sum + content.length, 0);
  assert.ok(held <= source.length, `${held} bytes of files in ${source.length}`);
}
