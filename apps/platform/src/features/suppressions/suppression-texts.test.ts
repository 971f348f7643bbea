// The patterns are those of the clients themselves, so that a changed text fails here and not in somebody's shop.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allSuppressedText, someSuppressedText } from './suppression-texts.ts';

const one = ['Ana@Buyer.test'];
const two = ['Ana@Buyer.test', 'ben@buyer.co.test'];
const bare = { one: ['ana@buyer.test'], two: ['ana@buyer.test', 'ben@buyer.co.test'] };

/** postmark.js: the first that matches gives the list. */
function readByNodeClient(text: string): string[] {
  for (const pattern of [/Found inactive addresses: (.+?)\.? Inactive/, /these inactive addresses: (.+?)\.?$/]) {
    const list = pattern.exec(text)?.[1];
    if (list !== undefined) return list.split(',').map(address => address.trim());
  }
  return [];
}

/** postmark-gem. */
function readByGem(text: string): string[] {
  for (const pattern of [/Found inactive addresses: (.+?)\. Inactive/, /these inactive addresses: (.+?)\.?$/]) {
    const list = pattern.exec(text)?.[1];
    if (list !== undefined) return list.split(', ');
  }
  return [];
}

/** django-anymail, for both texts. */
function readByAnymail(text: string): string[] {
  const list = /inactive addresses:\s*(.*)\.\s*Inactive recipients/.exec(text)?.[1];
  return list === undefined ? [] : list.split(',').map(address => address.trim());
}

test('the Node client, the gem and Anymail read all addresses of a refusal', () => {
  for (const read of [readByNodeClient, readByGem, readByAnymail]) {
    assert.deepEqual(read(allSuppressedText(one)), bare.one, read.name);
    assert.deepEqual(read(allSuppressedText(two)), bare.two, read.name);
  }
});

test('Anymail reads the addresses of a partial success', () => {
  assert.deepEqual(readByAnymail(someSuppressedText(one)), bare.one);
  assert.deepEqual(readByAnymail(someSuppressedText(two)), bare.two);
});

test('the texts are those of 2022, word for word', () => {
  assert.equal(
    allSuppressedText(two),
    'You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ana@buyer.test, ' +
      'ben@buyer.co.test. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual ' +
      'suppression.',
  );
  assert.match(
    someSuppressedText(one),
    /^Message OK, but will not deliver to these inactive addresses: ana@buyer\.test\. /,
  );
});
