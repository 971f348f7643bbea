import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptsJson, isJsonContentType } from './media-types.ts';

test('JSON is known by any of its names, in UTF-8', () => {
  for (const type of ['application/json', 'APPLICATION/JSON ; charset=UTF-8', 'text/json', 'application/a.b+json; x=y'])
    assert.equal(isJsonContentType(type), true, type);
  for (const type of [undefined, '', 'json', 'text/plain', 'application/jsonp', 'application/json;charset=latin1'])
    assert.equal(isJsonContentType(type), false, type);
});

test('an Accept header admits JSON by name, by family or by anything', () => {
  for (const accept of [undefined, '', '*/*', 'application/*', 'text/html, application/json;q=0.1', '*'])
    assert.equal(acceptsJson(accept), true, accept);
  for (const accept of ['text/html', 'application/xml, text/*', 'application/json;q=0', 'application/json; q=0.0'])
    assert.equal(acceptsJson(accept), false, accept);
});
