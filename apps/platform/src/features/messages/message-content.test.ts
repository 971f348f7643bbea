import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampleContent } from '../delivery/testing/sample-items.ts';
import { packContent, unpackContent } from './message-content.ts';

test('content comes back as it was, whatever texts it holds', t => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const text = fc.string({ unit: 'binary' }).map(value => value.toWellFormed());
  fc.assert(
    fc.property(text, text, fc.dictionary(text, text), (subject, html, metadata) => {
      // A plain object, as JSON makes them.
      const content = sampleContent({ subject, html, metadata: { ...metadata } });
      assert.deepEqual(unpackContent(packContent(content)), content);
    }),
    { seed, numRuns: 100 },
  );
});

test('what is absent stays absent, and attachments keep their text', () => {
  const { text: _, ...withoutText } = sampleContent({
    attachments: [{ name: 'a.txt', contentType: 'text/plain', base64: 'QUJD\r\n', contentId: 'cid:a' }],
  });
  const back = unpackContent(packContent(withoutText));
  assert.deepEqual(back, withoutText);
  assert.ok(!('text' in back) && !('html' in back) && !('tag' in back));
});

test('a body takes a fraction of its size, and the largest message fits', () => {
  const html = '<p>Thanks for your order of today</p>'.repeat(5000);
  assert.ok(packContent(sampleContent({ html })).length < html.length / 20);
  const large = sampleContent({ html: 'é'.repeat(2_600_000), text: 'x'.repeat(5_000_000) });
  assert.equal(unpackContent(packContent(large)).text?.length, 5_000_000);
});

test('what is no content of ours is refused, not misread', () => {
  assert.throws(() => unpackContent(Buffer.from('not compressed at all')));
  assert.throws(() => unpackContent(packContent(sampleContent()).subarray(0, 20)));
});
