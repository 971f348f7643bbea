import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { compileReader } from './canonical-reader.ts';
import { booleanOrText, clearableText, freeObject, textMap, textOrNumber, wholeNumberOrText } from './wire-types.ts';

const message = Type.Object({
  From: Type.String(),
  HtmlBody: Type.Optional(Type.String()),
  TrackOpens: Type.Optional(Type.Boolean()),
  TrackLinks: Type.Optional(Type.Enum(['None', 'HtmlAndText'])),
  TemplateId: Type.Optional(wholeNumberOrText()),
  TemplateAlias: Type.Optional(textOrNumber()),
  Inline: Type.Optional(booleanOrText()),
  Metadata: Type.Optional(textMap()),
  TemplateModel: Type.Optional(freeObject()),
  Attachments: Type.Optional(Type.Array(Type.Object({ Name: Type.String(), ContentID: Type.Optional(Type.String()) }))),
});

function read(json: unknown, schema: TSchema = message): unknown {
  const result = compileReader(schema)(json, true);
  return result.kind === 'read' ? result.value : result;
}

const wrong = (...fields: string[]) => ({ kind: 'wrong_fields', fields });

test('names are read in any case and come out as the schema writes them', () => {
  assert.deepEqual(read({ from: 'a', HTMLBody: 'b', ATTACHMENTS: [{ name: 'c', ContentId: 'd' }] }), {
    From: 'a',
    HtmlBody: 'b',
    Attachments: [{ Name: 'c', ContentID: 'd' }],
  });
});

test('null and unknown names are gone at every level', () => {
  assert.deepEqual(
    read({ From: 'a', HtmlBody: null, Whatever: { deep: 1 }, Attachments: [{ Name: 'c', ContentID: null, X: 1 }] }),
    { From: 'a', Attachments: [{ Name: 'c' }] },
  );
});

test('of two spellings of one name the last counts, and null does not count', () => {
  assert.deepEqual(read({ From: 'a', from: 'b', FROM: null }), { From: 'b' });
});

test('names inside of Metadata and TemplateModel keep their case', () => {
  assert.deepEqual(
    read({ From: 'a', Metadata: { OrderId: 'x', orderid: 'y' }, TemplateModel: { From: 1, from: null } }),
    {
      From: 'a',
      Metadata: { OrderId: 'x', orderid: 'y' },
      TemplateModel: { From: 1, from: null },
    },
  );
});

test('numbers in Metadata become texts, null values go, anything else is wrong', () => {
  assert.deepEqual(read({ From: 'a', Metadata: { n: 2, f: 1.5, gone: null } }), {
    From: 'a',
    Metadata: { n: '2', f: '1.5' },
  });
  assert.deepEqual(read({ From: 'a', Metadata: { n: { deep: 1 } } }), wrong('$.Metadata.n'));
});

test('a whole number too large to be exact is not turned into the text of another number', () => {
  assert.deepEqual(read(JSON.parse('{"From":"a","Metadata":{"id":12345678901234567890}}')), wrong('$.Metadata.id'));
});

test('an empty list is an empty TemplateModel, as PHP writes it, but no Metadata', () => {
  assert.deepEqual(read({ From: 'a', TemplateModel: [] }), { From: 'a', TemplateModel: {} });
  assert.deepEqual(read({ From: 'a', Metadata: [] }), wrong('$.Metadata'));
  assert.deepEqual(read({ From: 'a', TemplateModel: [1] }), wrong('$.TemplateModel'));
});

test('a number is read from its text, and a text from a number, only where the schema says so', () => {
  assert.deepEqual(read({ From: 'a', TemplateId: '12', TemplateAlias: 7, Inline: 'True' }), {
    From: 'a',
    TemplateId: 12,
    TemplateAlias: '7',
    Inline: true,
  });
  assert.deepEqual(read({ From: 1, TrackOpens: 'true' }), wrong('$.From', '$.TrackOpens'));
  assert.deepEqual(read({ From: 'a', TemplateId: '12x', Inline: 'maybe' }), wrong('$.TemplateId', '$.Inline'));
  assert.deepEqual(read({ From: 'a', TemplateId: 1.5 }), wrong('$.TemplateId'));
});

test('an empty text where a number, a boolean or a choice is due counts as absent', () => {
  assert.deepEqual(read({ From: 'a', TemplateId: '', Inline: ' ', TrackLinks: '' }), { From: 'a' });
});

test('a choice is read in any case and comes out as the schema writes it', () => {
  assert.deepEqual(read({ From: 'a', TrackLinks: 'htmlandtext' }), { From: 'a', TrackLinks: 'HtmlAndText' });
  assert.deepEqual(read({ From: 'a', TrackLinks: 'Sometimes' }), wrong('$.TrackLinks'));
  assert.deepEqual(read({ From: 'a', TrackLinks: 1 }), wrong('$.TrackLinks'));
});

test('a union takes the alternative whose type fits', () => {
  const schema = Type.Union([Type.Number(), Type.Object({ Id: Type.Number() }), Type.Null()]);
  assert.equal(read(5, schema), 5);
  assert.deepEqual(read({ id: 5 }, schema), { Id: 5 });
  assert.equal(read(null, schema), undefined);
  assert.deepEqual(read('5', schema), wrong('$'));
});

test('all wrong fields are named at once, each by its place', () => {
  const list = Type.Array(message);
  assert.deepEqual(
    read([{ From: 'a', Metadata: { 'x y': [] } }, 5, { Attachments: [{ Name: 1 }, null, {}] }], list),
    wrong(
      "$[0].Metadata['x y']",
      '$[1]',
      '$[2].Attachments[0].Name',
      '$[2].Attachments[1]',
      '$[2].Attachments[2].Name',
      '$[2].From',
    ),
  );
});

test('a request that is wrong everywhere gets a short answer', () => {
  const result = compileReader(Type.Array(Type.String()))(Array(10_000).fill(1), false);
  assert.ok(result.kind === 'wrong_fields' && result.fields.length === 50);
});

test('a name __proto__ is refused and changes nothing', () => {
  const given = JSON.parse(
    '{"From":"a","__proto__":{"x":1},"Metadata":{"__proto__":"x"},"TemplateModel":{"a":[{"__proto__":{}}]}}',
  );
  assert.deepEqual(read(given), wrong('$.Metadata.__proto__', '$.TemplateModel.a[0].__proto__'));
  assert.equal(({} as { x?: number }).x, undefined);
});

test('a NUL is refused wherever it stands, and half of a surrogate pair becomes U+FFFD', () => {
  const given = {
    From: 'a\0',
    HtmlBody: 'b\ud800',
    Metadata: { 'k\0': 'v', k: 'v\0' },
    TemplateModel: { list: ['x\0'], 'name\0': 1 },
  };
  assert.deepEqual(
    read(given),
    wrong('$.From', "$.Metadata['k\0']", '$.Metadata.k', '$.TemplateModel.list[0]', "$.TemplateModel['name\0']"),
  );
  assert.deepEqual(read({ From: 'a\ud800', TemplateModel: { x: ['\udc00'] } }), {
    From: 'a\ufffd',
    TemplateModel: { x: ['\ufffd'] },
  });
});

test('a model may be a hundred levels deep and no more', () => {
  const nest = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as unknown;
  assert.deepEqual(read({ From: 'a', TemplateModel: nest(99) }), { From: 'a', TemplateModel: nest(99) });
  assert.deepEqual(read({ From: 'a', TemplateModel: nest(101) }), { kind: 'too_deep' });
  assert.deepEqual(read({ From: 'a', TemplateModel: nest(100_000) }), { kind: 'too_deep' });
});

test('a schema that the reader does not know stops the start', () => {
  assert.throws(
    () => compileReader(Type.Object({ x: Type.Intersect([Type.Object({}), Type.Object({})]) })),
    /cannot be read/,
  );
});

test('whatever arrives, the reader neither throws nor lets a wrong type through', () => {
  const names = fc.constantFrom(
    'From',
    'from',
    'HtmlBody',
    'trackopens',
    'Metadata',
    'TemplateModel',
    'ATTACHMENTS',
    'x',
  );
  const json = fc.dictionary(names, fc.jsonValue({ maxDepth: 4 }));
  const seed = Date.now();
  console.log(`seed ${seed}`);
  fc.assert(
    fc.property(json, given => {
      const result = compileReader(message)(structuredClone(given), true);
      if (result.kind !== 'read') return;
      const value = result.value as Record<string, unknown>;
      assert.equal(typeof value.From, 'string');
      assert.ok(['string', 'undefined'].includes(typeof value.HtmlBody));
      assert.ok(['boolean', 'undefined'].includes(typeof value.TrackOpens));
      for (const text of Object.values(value.Metadata ?? {})) assert.equal(typeof text, 'string');
      for (const name of Object.keys(value)) assert.ok(name in message.properties, name);
    }),
    { seed, numRuns: 500 },
  );
});

test('null is the empty text where the schema says that it clears, and absent elsewhere', () => {
  const read = compileReader(
    Type.Object({ Kept: Type.Optional(Type.String()), Cleared: Type.Optional(clearableText()) }),
  );
  assert.deepEqual(read({ kept: null, cleared: null, unknown: null }, false), { kind: 'read', value: { Cleared: '' } });
  assert.deepEqual(read({}, false), { kind: 'read', value: {} });
});
