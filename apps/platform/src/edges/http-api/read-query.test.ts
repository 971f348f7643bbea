import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { compileQueryReader, parseQuery } from './read-query.ts';

const readParameters = compileQueryReader(
  Type.Object({
    fromdate: Type.Optional(Type.String()),
    client_name: Type.Optional(Type.String()),
    includeArchivedStreams: Type.Optional(Type.Boolean()),
    limit: Type.Optional(Type.Integer()),
  }),
);
const read = (text: string) => readParameters(parseQuery(text));

test('names are read in any case, with and without underscores', () => {
  for (const name of ['fromdate', 'fromDate', 'FromDate', 'FROMDATE', 'from_date'])
    assert.deepEqual(read(`${name}=2024-01-31`), { fromdate: '2024-01-31' });
  for (const name of ['client_name', 'clientName', 'clientname'])
    assert.deepEqual(read(`${name}=x`), { client_name: 'x' });
});

test('an empty value is as good as none, and unknown names are passed over', () => {
  assert.deepEqual(read('fromdate=&limit=&whatever=1'), {});
});

test('booleans and numbers are read from text', () => {
  for (const text of ['true', 'True', 'TRUE'])
    assert.deepEqual(read(`includeArchivedStreams=${text}`), { includeArchivedStreams: true });
  assert.deepEqual(read('IncludeArchivedStreams=False&limit=12'), { includeArchivedStreams: false, limit: 12 });
});

test('a value of the wrong type is refused with 403 by its name', () => {
  assert.throws(() => read('includearchivedstreams=yes&LIMIT=ten'), {
    refusal: 'fields_invalid',
    message: 'Invalid request field(s): includeArchivedStreams, limit',
  });
});

test('of a name that comes twice the last counts', () => {
  assert.deepEqual(read('fromdate=1&FromDate=2'), { fromdate: '2' });
});

test('plus signs and escapes are decoded, broken escapes do no harm', () => {
  assert.deepEqual(read('client_name=a+b%20%C3%A9'), { client_name: 'a b é' });
  assert.deepEqual(read('client_name=100%'), { client_name: '100%' });
});

test('names that no schema can list are there in lower case', () => {
  assert.equal(parseQuery('Metadata_Color=Blue').get('metadata_color'), 'Blue');
});

test('a NUL is refused', () => {
  assert.throws(() => parseQuery('tag=a%00b'), { refusal: 'fields_invalid' });
});
