import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTemplateCache } from './template-cache.ts';

test('a template is parsed once, and layouts are apart from other templates', () => {
  const cache = createTemplateCache(1_000_000);
  const first = cache.parse('{{a}}');
  assert.equal(cache.parse('{{a}}'), first);
  assert.notEqual(cache.parse('{{a}}', { role: 'layout' }), first);
  assert.equal(cache.parse('{{{@content}}}', { role: 'layout' }).kind, 'parsed');
  assert.equal(cache.parse('{{{@content}}}').kind, 'invalid');
});

test('the templates used longest ago go first, and a very large one is not kept at all', () => {
  const cache = createTemplateCache(10_000);
  const template = (name: string) => name.repeat(1000);
  const kept = cache.parse(template('a'));
  for (const name of ['b', 'c', 'd', 'e', 'f']) {
    cache.parse(template(name));
    assert.equal(cache.parse(template('a')), kept);
  }
  const b = cache.parse(template('b'));
  for (const name of ['g', 'h', 'i', 'j']) cache.parse(template(name));
  assert.notEqual(cache.parse(template('a')), kept);
  assert.notEqual(cache.parse(template('b')), b);

  const large = cache.parse('x'.repeat(5000));
  assert.notEqual(cache.parse('x'.repeat(5000)), large);
});
