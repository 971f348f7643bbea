import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml } from './escape-html.ts';

test('nothing of a text can begin a tag, an entity, or end an attribute', () => {
  assert.equal(escapeHtml(`<a b='c' d="e">&amp;`), '&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;');
  assert.equal(escapeHtml('Zoë → 1'), 'Zoë → 1');
});
