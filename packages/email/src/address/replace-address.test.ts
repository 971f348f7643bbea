import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAddressReplacer, removedAddress, replaceInJson } from './replace-address.ts';

const replace = createAddressReplacer(['Nadia+news@Client.test']);

test('an address is replaced in any case, and as URLs and HTML write it', () => {
  for (const written of [
    'nadia+news@client.test',
    'NADIA+NEWS@CLIENT.TEST',
    'nadia+news%40client.test',
    'nadia+news&#64;client.test',
  ]) {
    assert.equal(replace(`to=${written}&x`), `to=${removedAddress}&x`, written);
    assert.equal(replace(`<${written}>.`), `<${removedAddress}>.`, written);
  }
  assert.equal(replace('u=https%3Anadia+news@client.test'), `u=https%3A${removedAddress}`);
});

test('an address that only begins or ends like it stays', () => {
  for (const other of [
    'xnadia+news@client.test',
    'x.nadia+news@client.test',
    'nadia+news@client.test.example',
    'nadia+news@client.tests',
    'nadia+news@client.test-2.example',
    'nadia@client.test',
  ]) {
    assert.equal(replace(other), other);
  }
});

test('both forms of an international domain are found', () => {
  for (const written of ['a@bücher.test', 'A@xn--bcher-kva.test']) {
    const both = createAddressReplacer([written]);
    assert.equal(both('a@bücher.test, a@xn--bcher-kva.test'), `${removedAddress}, ${removedAddress}`, written);
  }
});

test('characters that mean something in a pattern are only characters', () => {
  const odd = createAddressReplacer(['a.b*c{2}$|d@x.test']);
  assert.equal(odd('a.b*c{2}$|d@x.test'), removedAddress);
  assert.equal(odd('aXb*c{2}$|d@x.test'), 'aXb*c{2}$|d@x.test');
});

test('texts anywhere in a value are replaced, and everything else keeps its type', () => {
  const at = 'nadia+news@client.test';
  assert.deepEqual(replaceInJson({ a: [at, 1, null, true], [at]: { b: `x ${at}` } }, replace), {
    a: [removedAddress, 1, null, true],
    [removedAddress]: { b: `x ${removedAddress}` },
  });
});
