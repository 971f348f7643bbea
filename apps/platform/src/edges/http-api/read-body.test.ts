import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Refusal } from '../../refusals.ts';
import { compileBodyReader } from './read-body.ts';
import { freeObject } from './wire-types.ts';

const readMessage = compileBodyReader(
  Type.Object({
    From: Type.Optional(Type.String()),
    Size: Type.Optional(Type.Number()),
    Model: Type.Optional(freeObject()),
  }),
);
const readList = compileBodyReader(Type.Array(Type.Object({ To: Type.String() })));

const read = (text: string) => readMessage(Buffer.from(text));

function refusalOf(work: () => unknown): [string, string] {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return [error.refusal, error.message];
  }
  return assert.fail('It was not refused.');
}

const invalidJson: [string, string] = ['json_invalid', 'Received invalid JSON input.'];

test('no body, an empty body and a body of null are an empty object, or an empty list where a list is due', () => {
  for (const bytes of [undefined, Buffer.alloc(0), Buffer.from('null'), Buffer.from(' null\r\n'), Buffer.from(' \n')]) {
    assert.deepEqual(readMessage(bytes), {});
    assert.deepEqual(readList(bytes), []);
  }
});

test('bad JSON is refused with 402', () => {
  for (const text of ['{', '{"From":"a"', 'From=a&To=b', '{"From":"a"}}', '{"From":"a",,}', '"', '{From:}', '<xml/>'])
    assert.deepEqual(
      refusalOf(() => read(text)),
      invalidJson,
      text,
    );
});

test("unquoted names and single quotes are read, as Postmark's own samples have them", () => {
  assert.deepEqual(read(`{From: 'sender@example.com', Model: {a: "it's", 'b': 2}}`), {
    From: 'sender@example.com',
    Model: { a: "it's", b: 2 },
  });
  assert.deepEqual(readList(Buffer.from(`[{'To': 'a'}]`)), [{ To: 'a' }]);
});

test('what JSON cannot say is refused even where quotes are read leniently', () => {
  assert.deepEqual(
    refusalOf(() => read('{Size: NaN}')),
    invalidJson,
  );
  assert.deepEqual(
    refusalOf(() => read('{Size: Infinity}')),
    invalidJson,
  );
  assert.deepEqual(
    refusalOf(() => read(`{From: 'a\\x00b'}`)),
    ['fields_invalid', 'Invalid request field(s): $.From'],
  );
});

test('a large body gets no second, lenient reading', () => {
  assert.deepEqual(
    refusalOf(() => read(`{From: '${'a'.repeat(32 * 1024)}'}`)),
    invalidJson,
  );
});

test('a byte order mark is passed over', () => {
  assert.deepEqual(read('\ufeff{"From":"a"}'), { From: 'a' });
});

test('a body that is not UTF-8 is refused instead of being garbled', () => {
  const [name, text] = refusalOf(() => readMessage(Buffer.from('{"From":"J\xf6rg"}', 'latin1')));
  assert.equal(name, 'json_invalid');
  assert.match(text, /UTF-8/);
});

test('escapes of NUL are refused and escapes of half a character mended, however they are written', () => {
  assert.deepEqual(
    refusalOf(() => read('{"From":"a\\u0000"}')),
    ['fields_invalid', 'Invalid request field(s): $.From'],
  );
  assert.deepEqual(read('{"From":"a\\uD83D"}'), { From: 'a\ufffd' });
  assert.deepEqual(read('{"From":"\\ud83d\\ude00"}'), { From: '😀' });
  assert.deepEqual(read('{"From":"a\\\\u0000"}'), { From: 'a\\u0000' });
});

test('the wrong type for a field names it, also when the whole body is of the wrong type', () => {
  const fields = (text: string) => refusalOf(() => read(text));
  assert.deepEqual(fields('{"From":{},"Size":"1"}'), ['fields_invalid', 'Invalid request field(s): $.From, $.Size']);
  assert.deepEqual(fields('[]'), ['fields_invalid', 'Invalid request field(s): $']);
  assert.deepEqual(fields('"text"'), ['fields_invalid', 'Invalid request field(s): $']);
});

test('endless nesting is refused with 402, known field or not', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  const [name, text] = refusalOf(() => read(`{"Model":{"a":${deep}}}`));
  assert.equal(name, 'json_invalid');
  assert.match(text, /deeper than 100 levels/);
  assert.deepEqual(read(`{"Unknown":${deep}}`), {});
});
