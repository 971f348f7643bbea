import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envelopeRecipient } from './envelope.ts';

test('an ordinary address goes as it is', () => {
  assert.deepEqual(envelopeRecipient('Ana.B+x@buyer.test'), {
    recipient: 'Ana.B+x@buyer.test',
    isInternational: false,
  });
});

test('a local part with two dots in a row is quoted, because RCPT TO takes no other form of it', () => {
  assert.deepEqual(envelopeRecipient('a..b@buyer.test'), { recipient: '"a..b"@buyer.test', isInternational: false });
});

test('a local part that is not ASCII asks for SMTPUTF8', () => {
  assert.equal(envelopeRecipient('jörg@buyer.test').isInternational, true);
});
