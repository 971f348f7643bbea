import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findTags } from './find-tags.ts';
import { parseTemplate } from './parse-template.ts';
import { readPath } from './read-path.ts';
import { templateErrorsMax } from './template.ts';

/** `line:column message` of each error; nothing if the template parses. */
function errorsOf(source: string, role: 'standard' | 'layout' = 'standard'): string[] {
  const parsed = parseTemplate(source, { role });
  if (parsed.kind === 'parsed') return [];
  return parsed.errors.map(({ line, characterPosition, message }) => `${line}:${characterPosition} ${message}`);
}

const noPath = (path: string) =>
  `The path '${path}' is not valid. Please see documentation for examples of valid paths.`;
const eachWithoutPath =
  "The 'each' block being opened requires a model path to be specified in the form '{{#each <name>}}'.";
const eachClosedWrongly = "The syntax to close the 'each' block should be: '{{/each}}'.";
const eachNotOpen =
  "An 'each' block is being closed, but no corresponding opening element ('{{#each <name>}}') was detected.";
const mismatched = 'It appears that open and closing elements are mismatched.';
const notClosed = (path: string) =>
  `A scope block to the following path was opened but not closed: '${path}', please close it using the appropriate syntax.`;

test('the tags found are those that the expression of Mustachio finds, however the braces stand', () => {
  const expression = /([{]{2}[^{}]+?[}]{2})|([{]{3}[^{}]+?[}]{3})/g;
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '{{', '}}', 'a', '#', ' ', '\n'), maxLength: 30 }),
      text => {
        const expected = Array.from(text.matchAll(expression), found => ({ at: found.index, source: found[0] }));
        assert.deepEqual([...findTags(text)], expected);
      },
    ),
    { seed: 7001, numRuns: 3000 },
  );
});

test('each error has its own text and stands at the first brace of its tag, counted from 1', () => {
  assert.deepEqual(errorsOf('{{#each}}x{{/each}}'), [`1:1 ${eachWithoutPath}`]);
  assert.deepEqual(errorsOf('{{#each   }}x{{/each}}'), [`1:1 ${eachWithoutPath}`]);
  assert.deepEqual(errorsOf('{{#eachs}}x{{/each}}'), [`1:1 ${eachWithoutPath}`]);
  assert.deepEqual(errorsOf('{{#each a}}x{{/each a}}{{/each}}'), [`1:13 ${eachClosedWrongly}`]);
  assert.deepEqual(errorsOf('a{{name}}dd\ndd{{/each}}dd'), [`2:3 ${eachNotOpen}`]);
  assert.deepEqual(errorsOf('{{#a}}{{#b}}{{/b}}{{/c}}{{/a}}'), [`1:19 ${mismatched}`]);
  assert.deepEqual(errorsOf('{{/a}}'), [`1:1 ${mismatched}`]);
  assert.deepEqual(errorsOf('1{{first name}}'), [`1:2 ${noPath('first name')}`]);
  assert.deepEqual(errorsOf('ss{{#each company.name}}\nasdf'), [`1:3 ${notClosed('company.name')}`]);
  assert.deepEqual(errorsOf('{{#a}}\n {{^b.c}}'), [`1:1 ${notClosed('a')}`, `2:2 ${notClosed('b.c')}`]);
});

test('all errors are found in one reading, and sorted by their places', () => {
  assert.deepEqual(errorsOf('xzyhj{{#company.address_line_1}}\nasdf{{dsadskl-sasa@}}\n{{/each}}'), [
    `1:6 ${notClosed('company.address_line_1')}`,
    `2:5 ${noPath('dsadskl-sasa@')}`,
    `3:1 ${eachNotOpen}`,
  ]);
  assert.deepEqual(errorsOf('fff{{#each company.address_line_1}}\n{{dsadskl-sasa@}}\n{{/each}}'), [
    `2:1 ${noPath('dsadskl-sasa@')}`,
  ]);
});

test('an each block is closed by {{/each}} and a section by its own name, exactly', () => {
  assert.deepEqual(errorsOf('{{#each a}}{{/each}}{{# b }}{{/ b }}'), []);
  assert.deepEqual(errorsOf('{{#each a}}{{/a}}{{/each}}'), [`1:12 ${mismatched}`]);
  assert.deepEqual(errorsOf('{{#each a}}{{/ each}}{{/each}}'), [`1:12 ${mismatched}`]);
  assert.deepEqual(errorsOf('{{#each a}}{{/each }}'), [`1:1 ${notClosed('a')}`, `1:12 ${eachClosedWrongly}`]);
  assert.deepEqual(errorsOf('{{#A}}{{/a}}'), [`1:1 ${notClosed('A')}`, `1:7 ${mismatched}`]);
});

test('`# each` is a section with a path that does not exist', () => {
  assert.deepEqual(errorsOf('{{# each x}}{{/ each x}}'), [`1:1 ${noPath('each x')}`]);
});

test('a block of the same name ends the one before it, so that it cannot be nested in itself', () => {
  assert.deepEqual(errorsOf('{{#x}}yes{{^x}}no{{/x}}'), []);
  assert.deepEqual(errorsOf('{{^x}}no{{#x}}yes{{^x}}no{{/x}}'), []);
  assert.deepEqual(errorsOf('{{#a}}{{#a}}x{{/a}}{{/a}}'), [`1:20 ${mismatched}`]);
  assert.deepEqual(errorsOf('\n{{#x}}yes{{^x}}no'), [`2:1 ${notClosed('x')}`]);
});

test('what other template languages have is an error or an ordinary key', () => {
  assert.deepEqual(errorsOf('{{#if x}}{{/if}}'), [
    `1:1 ${noPath('if x')}`,
    `1:1 ${notClosed('if x')}`,
    `1:10 ${mismatched}`,
  ]);
  assert.deepEqual(errorsOf('{{@index}}{{> partial}}{{=<% %>=}}{{helper "x"}}'), [
    `1:1 ${noPath('@index')}`,
    `1:11 ${noPath('> partial')}`,
    `1:24 ${noPath('=<% %>=')}`,
    `1:35 ${noPath('helper "x"')}`,
  ]);
  assert.deepEqual(errorsOf('{{else}}{{this.x}}'), []);
});

test('three braces are a raw value: a sign behind them is part of a path that does not exist', () => {
  for (const sign of ['#', '^', '/']) {
    assert.deepEqual(errorsOf(`{{{${sign}x}}}`), [`1:1 ${noPath(`${sign}x`)}`]);
  }
});

test('paths are word characters of any script, dots, and steps up', () => {
  for (const path of [
    'name',
    'first_name',
    'company.name',
    '.',
    '../name',
    '../../a.b',
    'Grüße',
    'items.0',
    '名前',
    'a1',
    '../',
  ]) {
    assert.ok(readPath(path), path);
  }
  const illegal = [
    'first-name',
    'first name',
    '..',
    '.../x',
    './x',
    'a/b',
    '//',
    '@index',
    'items[0]',
    '> partial',
    'x:y',
    'a..b',
    '"a"',
    '..\\a',
    '😀',
  ];
  for (const path of illegal) assert.equal(readPath(path), undefined, path);
  assert.deepEqual(readPath('../../a.b'), { text: '../../a.b', up: 2, keys: ['a', 'b'] });
  assert.deepEqual(readPath('a../b'), { text: 'a../b', up: 0, keys: ['b'] });
});

test('the place of the content exists in layouts only, with three braces', () => {
  assert.deepEqual(errorsOf('{{{@content}}}{{{ @content }}}', 'layout'), []);
  assert.deepEqual(errorsOf('{{{ @content }}}'), [`1:1 ${noPath('@content')}`]);
  assert.deepEqual(errorsOf('{{ @content }}', 'layout'), [`1:1 ${noPath('@content')}`]);
});

test('the placeholders of unsubscribe links need three braces', () => {
  assert.deepEqual(errorsOf('{{{ pm:unsubscribe }}}{{{pm:unsubscribe_url}}}'), []);
  assert.deepEqual(errorsOf('{{ pm:unsubscribe }}'), [`1:1 ${noPath('pm:unsubscribe')}`]);
});

test('a template of a megabyte of anything is read to its end, and its errors are bounded', () => {
  const megabyte = (text: string) => text.repeat(Math.ceil(1_000_000 / text.length));
  for (const text of ['{', '{{', '}}', '{{a', '{{a{', '{{}}', '{{a}}', 'a..', '{{!', '{{#a}}{{^b}}', '{{#each a}}']) {
    const parsed = parseTemplate(megabyte(text));
    if (parsed.kind === 'invalid') assert.ok(parsed.errors.length <= templateErrorsMax, text);
  }
  const manyErrors = parseTemplate(megabyte('{{a-b}}'));
  assert.equal(manyErrors.kind === 'invalid' && manyErrors.errors.length, templateErrorsMax);
});

test('blocks and paths can be nested 500 levels deep, and no deeper', () => {
  const nested = (depth: number) =>
    Array.from({ length: depth }, (_, level) => `{{#a${level}}}`).join('') +
    Array.from({ length: depth }, (_, level) => `{{/a${depth - 1 - level}}}`).join('');
  assert.deepEqual(errorsOf(nested(250)), []);
  assert.match(errorsOf(nested(300)).join(), /^1:\d+ Blocks and paths cannot be nested deeper than 500 levels\.$/);
  assert.deepEqual(errorsOf(`{{${'a.'.repeat(499)}a}}`), []);
  assert.equal(errorsOf(`{{${'a.'.repeat(500)}a}}`).length, 1);
});
