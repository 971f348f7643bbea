import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTemplate } from './parse-template.ts';
import { placeInLayout } from './place-in-layout.ts';
import { renderTemplate } from './render-template.ts';
import { suggestModel } from './suggest-model.ts';
import type { Template, TemplateRole } from './template.ts';

function parsed(source: string, role: TemplateRole = 'standard'): Template {
  const result = parseTemplate(source, { role });
  assert.ok(result.kind === 'parsed', JSON.stringify(result));
  return result.template;
}

const suggest = (...sources: string[]) => suggestModel(sources.map(source => parsed(source)));

test('values, blocks and lists are told apart by how the template uses them', () => {
  assert.deepEqual(suggest('Hi {{name}}{{company.address}}'), {
    name: 'name_Value',
    company: { address: 'address_Value' },
  });
  assert.deepEqual(suggest('{{#each products}}{{/each}}'), { products: ['products_1', 'products_2', 'products_3'] });
  assert.deepEqual(suggest('{{#each places}}{{.}}{{/each}}'), { places: ['places_1', 'places_2', 'places_3'] });
  assert.deepEqual(suggest('{{#each p}}{{name}}{{/each}}'), { p: [{ name: 'name_Value' }] });
  assert.deepEqual(suggest('{{#a}}{{b}}{{/a}}{{^c}}x{{/c}}'), { a: { b: 'b_Value' }, c: {} });
  assert.deepEqual(suggest('{{#a}}{{.}}{{/a}}{{#list}}{{#each .}}{{x}}{{/each}}{{/list}}'), {
    a: {},
    list: [{ x: 'x_Value' }],
  });
  assert.deepEqual(suggest('{{a}}{{a.b}}'), { a: 'a_Value' });
  assert.deepEqual(suggest('no placeholders {{! none }} {{{ pm:unsubscribe }}} {{.}} {{../}}'), {});
});

test("Mustachio's own example comes out as there", () => {
  const template =
    '{{#each Employees}}{{person.name}}{{#each colors}}{{hue}}{{/each}}{{#each places}}{{.}}{{/each}}{{/each}}';
  assert.deepEqual(suggest(template), {
    Employees: [
      {
        person: { name: 'name_Value' },
        colors: [{ hue: 'hue_Value' }],
        places: ['places_1', 'places_2', 'places_3'],
      },
    ],
  });
});

test('one step up from a list is what is around it, unlike in a rendering', () => {
  assert.deepEqual(suggest('{{#each a}}{{../x}}{{../../y}}{{/each}}'), {
    a: ['a_1', 'a_2', 'a_3'],
    x: 'x_Value',
    y: 'y_Value',
  });
});

test('subject, HTML and text share one model, and a layout shares it with its content', () => {
  assert.deepEqual(suggest('{{a}}', '{{#each b}}{{c}}{{/each}}', '{{#each b}}{{d}}{{/each}}'), {
    a: 'a_Value',
    b: [{ c: 'c_Value', d: 'd_Value' }],
  });
  const layout = parsed('{{brand}}{{#each rows}}{{{@content}}}{{/each}}', 'layout');
  assert.deepEqual(suggestModel([placeInLayout(layout, parsed('{{name}}'))]), {
    brand: 'brand_Value',
    rows: [{ name: 'name_Value' }],
  });
});

test('a given model wins key by key, and keeps what no template asks for', () => {
  const templates = [parsed('{{a}}{{b.c}}{{b.d}}{{#each e}}{{f}}{{/each}}')];
  const given = { b: { c: 'mine' }, e: [], more: { x: 1 } };
  assert.deepEqual(suggestModel(templates, given), {
    a: 'a_Value',
    b: { c: 'mine', d: 'd_Value' },
    e: [],
    more: { x: 1 },
  });
  for (const nothing of [undefined, null, 'text', []]) {
    assert.deepEqual(suggestModel([parsed('{{a}}')], nothing), { a: 'a_Value' });
  }
});

test('keys of the language itself are keys like others', () => {
  const model = suggestModel([parsed('{{__proto__.x}}{{constructor}}')], JSON.parse('{"__proto__":{"y":1}}'));
  assert.equal(JSON.stringify(model), '{"__proto__":{"x":"x_Value","y":1},"constructor":"constructor_Value"}');
  assert.equal(Object.getPrototypeOf(model), Object.prototype);
});

test('a suggested model as deep as a template can be is still a model that can be written and rendered', () => {
  const deepest = parsed(`{{${'a.'.repeat(499)}a}}`);
  const model = suggestModel([deepest]);
  assert.ok(JSON.stringify(model).length > 500);
  assert.deepEqual(renderTemplate(deepest, model, { escape: 'none' }), {
    kind: 'rendered',
    text: 'a_Value',
    steps: 501,
  });
});
