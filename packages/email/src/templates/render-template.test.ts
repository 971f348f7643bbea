import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTemplate } from './parse-template.ts';
import { type RenderOptions, renderStepsMax, renderTemplate } from './render-template.ts';
import type { Template } from './template.ts';

function parsed(source: string): Template {
  const result = parseTemplate(source);
  assert.ok(result.kind === 'parsed', JSON.stringify(result));
  return result.template;
}

function render(source: string, model: unknown, options: RenderOptions = { escape: 'html' }): string {
  const result = renderTemplate(parsed(source), model, options);
  assert.ok(result.kind === 'rendered', JSON.stringify(result));
  return result.text;
}

function failure(source: string, model: unknown, options: RenderOptions = { escape: 'html' }): string {
  const result = renderTemplate(parsed(source), model, options);
  assert.ok(result.kind === 'failed', JSON.stringify(result));
  return result.error;
}

test('braces that belong to no tag are text', () => {
  const model = { name: 'Mike' };
  assert.equal(render('{{{{name}}', model), '{{Mike');
  assert.equal(render('{{{name}}', model), '{Mike');
  assert.equal(render('{{name}}}', model), 'Mike}');
  assert.equal(render('{{name}}}}', model), 'Mike}}');
  for (const text of ['{{}}', '{{{}}}', '{{', '{{name', '{ {name} }', '{{na{me}}', '}}{{']) {
    assert.equal(render(text, model), text);
  }
});

test('tags may span lines, and the line ends around blocks stay', () => {
  assert.equal(render('{{\n name\n}}', { name: 'Mike' }), 'Mike');
  assert.equal(render('a\n{{#x}}\nb\n{{/x}}\nc', { x: true }), 'a\n\nb\n\nc');
});

test('comments vanish, also over several lines', () => {
  assert.equal(render('a{{! a note: with anything }}b{{!\nmore\n}}c', {}), 'abc');
});

test('keys are looked up step by step, exactly as they are written', () => {
  const model = { company: { name: 'Ink', 'a b': 1 }, Name: 'upper' };
  assert.equal(render('{{company.name}}|{{ company.name }}|{{company.street.number}}|{{name}}', model), 'Ink|Ink||');
  assert.equal(render('{{Grüße.名前}}', { Grüße: { 名前: 'x' } }), 'x');
  assert.equal(render('{{items.0}}|{{items.length}}|{{text.length}}', { items: ['a'], text: 'abc' }), '||');
  assert.equal(render('{{items.0}}', { items: { 0: 'a' } }), 'a');
});

test('`else` and `this` are ordinary keys', () => {
  assert.equal(render('{{else}}|{{this.x}}', { else: 'E', this: { x: 'T' } }), 'E|T');
  assert.equal(render('{{#each a}}{{this}}{{/each}}', { a: ['x'] }), '');
});

test('above the root there is the root', () => {
  assert.equal(render('{{../name}}{{../../../name}}', { name: 'x' }), 'xx');
});

test('a dotted block enters a scope for each key', () => {
  const model = { a: { b: { v: 'b' }, v: 'a' }, v: 'root' };
  assert.equal(render('{{#a.b}}{{v}} {{../v}} {{../../v}} {{../../../v}}{{/a.b}}', model), 'b a root root');
});

test('going down and up again ends where it began', () => {
  assert.equal(render('{{a../v}}', { v: 'root' }), 'root');
});

test('nothing, false, zero, the empty text, the empty list and the empty object are falsy, everything else is truthy', () => {
  const verdict = (x: unknown) => render('{{#x}}yes{{/x}}{{^x}}no{{/x}}', { x });
  for (const value of [undefined, null, false, 0, -0, 0.0, '', [], {}])
    assert.equal(verdict(value), 'no', JSON.stringify(value));
  for (const value of [true, 1, -0.5, ' ', '0', 'false', [0], [null], { a: null }]) {
    assert.equal(verdict(value), 'yes', JSON.stringify(value));
  }
});

test('a section is rendered once with its value as scope, also for a list', () => {
  assert.equal(render('{{#p}}{{name}};{{/p}}', { p: { name: 'x' } }), 'x;');
  assert.equal(render('{{#p}}[{{#each .}}{{.}}{{/each}}]{{/p}}', { p: [1, 2] }), '[12]');
  assert.equal(render('{{#p}}{{.}}{{/p}}', { p: 'text' }), 'text');
});

test('an inverted section has the falsy value as scope, so that what is beside it is one step up', () => {
  assert.equal(render('{{^p}}{{sibling}}|{{../sibling}}{{/p}}', { sibling: 's' }), '|s');
  assert.equal(render('{{^p}}{{.}}{{/p}}', { p: 0 }), '0');
});

test('an each block is rendered for each element, and not at all for a falsy value', () => {
  assert.equal(render('{{#each p}}{{name}},{{/each}}', { p: [{ name: 'a' }, { name: 'b' }] }), 'a,b,');
  for (const p of [undefined, null, false, 0, '', [], {}]) assert.equal(render('{{#each p}}x{{/each}}', { p }), '');
  assert.equal(render('{{#each rows}}{{#each .}}{{.}}{{/each}};{{/each}}', { rows: [[1, 2], [3]] }), '12;3;');
});

test('an each block over a truthy scalar or an object fails with the path', () => {
  for (const p of ['text', 1, true, { a: 1 }]) {
    assert.equal(
      failure('{{#each a.p}}x{{/each}}', { a: { p } }),
      "'a.p' is used like an array by the template, but is a scalar value or object in your model.",
    );
  }
});

test('in an each block one step up is the list, and two are what the path was looked up from', () => {
  const model = {
    company: { ceo: { last_name: 'Smith', products: [{ name: 'ink' }, { name: 'paper' }] } },
    last_name: 'root',
  };
  const template = '{{#each company.ceo.products}}{{name}}/{{../../last_name}}/{{../../../../last_name}};{{/each}}';
  assert.equal(render(template, model), 'ink/Smith/root;paper/Smith/root;');
  assert.equal(render('{{#each p}}{{../v}}|{{../../v}}{{/each}}', { p: [1], v: 'root' }), '|root');
});

test('nothing is looked up in the scopes around', () => {
  assert.equal(
    render('{{#person}}{{company}}|{{../company}}{{/person}}', { person: { a: 1 }, company: 'Ink' }),
    '|Ink',
  );
});

test('{{#x}}yes{{^x}}no{{/x}} is an if with an else', () => {
  assert.equal(render('{{#x}}yes{{^x}}no{{/x}}!', { x: 1 }), 'yes!');
  assert.equal(render('{{#x}}yes{{^x}}no{{/x}}!', {}), 'no!');
});

test('values are escaped in HTML as .NET does it, raw with three braces or an ampersand, and raw in text', () => {
  const x = `<b a="1" c='2'>&é\u00a0ÿĀ😀\ud800!`;
  const escaped = '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&#233;&#160;&#255;Ā&#128512;\ufffd!';
  assert.equal(render('{{x}}', { x }), escaped);
  assert.equal(render('{{{x}}}{{{ x }}}{{&x}}{{& x }}', { x }), x.repeat(4));
  assert.equal(render('{{x}}', { x }, { escape: 'none' }), x);
});

test('numbers and booleans print, also those that are falsy; nothing, objects and lists do not', () => {
  const written = (x: unknown) => render('{{x}}', { x }) + render('{{{x}}}', { x });
  assert.equal(written(12.5), '12.512.5');
  assert.equal(written(0), '00');
  assert.equal(written(false), 'FalseFalse');
  assert.equal(written(true), 'TrueTrue');
  assert.equal(written(1e21), '1E+211E+21');
  assert.equal(written(2.5e-7), '2.5E-072.5E-07');
  for (const value of [undefined, null, {}, { a: 1 }, [], [1]]) assert.equal(written(value), '');
  assert.equal(written('2026-01-31T10:00:00Z'), '2026-01-31T10:00:00Z'.repeat(2));
});

test('the placeholders of unsubscribe links pass through as they are written', () => {
  const text = '<a href="{{{ pm:unsubscribe }}}">x</a> {{{pm:unsubscribe_url}}} {{{ pm:unsubscribe label="Bye" }}}';
  assert.equal(render(text, { pm: 'x' }), text);
});

test('only what a model says itself is in it', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  for (const name of names) {
    assert.equal(
      render(`{{${name}}}{{${name}.name}}{{#${name}}}x{{/${name}}}{{text.${name}}}`, { text: 'a' }),
      '',
      name,
    );
    assert.equal(render(`{{${name}}}`, JSON.parse(`{"${name}":"own"}`)), 'own', name);
    assert.equal(render(`{{${name}.x}}`, JSON.parse(`{"${name}":{"x":"own"}}`)), 'own', name);
  }
});

test('a model 200 levels deep is a model like any other', () => {
  const model = JSON.parse(`${'{"a":'.repeat(200)}"deep"${'}'.repeat(200)}`);
  assert.equal(render(`{{${Array(200).fill('a').join('.')}}}`, model), 'deep');
  const path = Array(200).fill('a').join('.');
  assert.equal(render(`{{#${path}}}{{.}}{{/${path}}}`, model), 'deep');
});

test('output that grows too long, and loops in loops, end with an error', () => {
  const list = Array(1000).fill('x'.repeat(100));
  const sixLoops = `${'{{#each ../../list}}'.repeat(6)}${'{{/each}}'.repeat(6)}`;
  assert.equal(
    failure('{{#each list}}{{.}}{{/each}}', { list }, { escape: 'html', outputMax: 5000 }),
    'The rendered content is longer than 5000 characters.',
  );
  assert.equal(
    failure(`{{#each list}}${sixLoops}{{/each}}`, { list }),
    `The template takes more than ${renderStepsMax} steps to render with this model.`,
  );
  assert.match(failure('{{#each list}}{{/each}}', { list: Array(2_000_000).fill(0) }), /more than 1000000 steps/);
  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, key) => [`k${key}`, key]));
  const many = Array(100_000).fill(0);
  assert.equal(render('{{#each many}}{{#../../wide}}.{{/../../wide}}{{/each}}', { many, wide }).length, 100_000);
});

test('steps grow with the template and the output, and with nothing else', () => {
  const stepsOf = (source: string, model: unknown) => {
    const result = renderTemplate(parsed(source), model, { escape: 'html' });
    return result.kind === 'rendered' ? result.steps : Number.NaN;
  };
  const rows = (count: number) => ({
    rows: Array(count).fill({ a: 'x', b: { c: 1 } }),
    unused: Array(count).fill('y'),
  });
  const template = '{{#each rows}}<td>{{a}}</td>{{#b}}{{c}}{{/b}}{{/each}}';
  const perRow = stepsOf(template, rows(2)) - stepsOf(template, rows(1));
  assert.equal(stepsOf(template, rows(1001)) - stepsOf(template, rows(1)), 1000 * perRow);
  assert.equal(stepsOf(template.repeat(10), rows(5)), 10 * stepsOf(template, rows(5)));
});

test('no template and no model makes a rendering throw', () => {
  const key = fc.constantFrom('a', 'b', '__proto__', 'constructor', '.', '../', '../a', 'a.b');
  const tag = fc.oneof(
    fc
      .tuple(fc.constantFrom('{{', '{{{', '{{#', '{{^', '{{/', '{{#each ', '{{&'), key)
      .map(([open, path]) => `${open}${path}${open === '{{{' ? '}}}' : '}}'}`),
    fc.constantFrom('{{/each}}', 'text', '<b>', '{{', '}}'),
  );
  let rendered = 0;
  fc.assert(
    fc.property(
      fc.array(tag, { maxLength: 12 }),
      fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue({ maxDepth: 4 })),
      (tags, model) => {
        const result = parseTemplate(tags.join(''));
        if (result.kind === 'invalid') {
          for (const error of result.errors) assert.ok(error.line >= 1 && error.characterPosition >= 1);
          return;
        }
        rendered++;
        renderTemplate(result.template, model, { escape: 'html', outputMax: 1000, stepsMax: 1000 });
      },
    ),
    { seed: 7002, numRuns: 3000 },
  );
  assert.ok(rendered > 300, `${rendered} templates were rendered`);
});
