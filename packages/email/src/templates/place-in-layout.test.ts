import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTemplate } from './parse-template.ts';
import { countContentPlaceholders, placeInLayout } from './place-in-layout.ts';
import { renderTemplate } from './render-template.ts';
import type { Template, TemplateRole } from './template.ts';

function parsed(source: string, role: TemplateRole = 'standard'): Template {
  const result = parseTemplate(source, { role });
  assert.ok(result.kind === 'parsed', JSON.stringify(result));
  return result.template;
}

function render(layout: string, content: string, model: unknown): string {
  const placed = placeInLayout(parsed(layout, 'layout'), parsed(content));
  const result = renderTemplate(placed, model, { escape: 'html' });
  return result.kind === 'rendered' ? result.text : result.error;
}

test('the content stands in its place, with the model of both', () => {
  assert.equal(
    render('<h1>{{brand}}</h1>{{{ @content }}}!', '{{name}} & {{{name}}}', { brand: 'A&B', name: '<x>' }),
    '<h1>A&amp;B</h1>&lt;x&gt; & <x>!',
  );
});

test('in a block of the layout the content sees the value of that block', () => {
  const model = { people: [{ name: 'a' }, { name: 'b' }], name: 'root' };
  assert.equal(render('{{#each people}}{{{@content}}};{{/each}}', '{{name}}/{{../../name}}', model), 'a/root;b/root;');
});

test('blocks of the content are its own, also with the name of the block around it', () => {
  assert.equal(render('{{#a}}{{{@content}}}{{^a}}none{{/a}}', '{{#a}}inner{{/a}}', { a: { a: 1 } }), 'inner');
  assert.equal(render('{{#a}}{{{@content}}}{{^a}}none{{/a}}', '{{#a}}inner{{/a}}', {}), 'none');
});

test('a layout without content shows where it will be', () => {
  const layout = parsed('<b>{{{ @content }}}</b>', 'layout');
  assert.deepEqual(renderTemplate(layout, {}, { escape: 'html' }), {
    kind: 'rendered',
    text: '<b>{{{ @content }}}</b>',
    steps: 3,
  });
});

test('the places of the content are counted wherever they are', () => {
  const count = (layout: string) => countContentPlaceholders(parsed(layout, 'layout'));
  assert.equal(count('none'), 0);
  assert.equal(count('{{{@content}}}'), 1);
  assert.equal(count('{{{@content}}}{{#a}}{{#each b}}{{{ @content }}}{{/each}}{{/a}}'), 2);
});
