import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHtml } from './encode-html.ts';

test('five signs, Latin-1 above 160 and everything outside of the first plane become entities', () => {
  assert.equal(encodeHtml(`a<b>&"c"'d'`), 'a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;');
  assert.equal(encodeHtml('\u009f\u00a0é\u00ff\u0100中'), '\u009f&#160;&#233;&#255;\u0100中');
  assert.equal(encodeHtml('x😀y😀'), 'x&#128512;y&#128512;');
  assert.equal(encodeHtml('\ud83dx\ude00'), '\ufffdx\ufffd');
  for (const plain of ['', 'plain text', '中文']) assert.equal(encodeHtml(plain), plain);
});

test('each character is encoded by itself, wherever it stands', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '&', '<', 'é', '中', '😀', '\ud800', '\udc00') }), text => {
      // Spreading takes a text apart by code points, and leaves halves alone.
      assert.equal(encodeHtml(text), [...text].map(encodeHtml).join(''));
    }),
    { seed: 7005, numRuns: 1000 },
  );
});
