import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wireMetadata, wireReply, wireTag, wireTime } from './wire-values.ts';

test('times are UTC in whole seconds with a Z; the fraction is cut off, not rounded', () => {
  assert.equal(wireTime(new Date('2025-03-04T14:21:09.000Z')), '2025-03-04T14:21:09Z');
  assert.equal(wireTime(new Date('2025-12-31T23:59:59.999Z')), '2025-12-31T23:59:59Z');
  assert.equal(wireTime(new Date('2025-07-01T02:00:00-04:00')), '2025-07-01T06:00:00Z');
});

test('no tag is an empty text', () => {
  assert.equal(wireTag(undefined), '');
  assert.equal(wireTag(''), '');
  assert.equal(wireTag('räksmörgås 🦐'), 'räksmörgås 🦐');
});

test('an answer has the prefix once', () => {
  assert.equal(wireReply('250 2.0.0 OK'), 'smtp;250 2.0.0 OK');
  assert.equal(wireReply('smtp;250 2.0.0 OK'), 'smtp;250 2.0.0 OK');
  assert.equal(wireReply('SMTP; 550 no'), 'SMTP; 550 no');
  assert.equal(wireReply('550 not by smtp;'), 'smtp;550 not by smtp;');
  assert.equal(wireReply(''), '');
});

test('metadata is an object of texts, empty when there is none, and the order it was given in does not matter', () => {
  assert.deepEqual(wireMetadata(undefined), {});
  assert.deepEqual(Object.keys(wireMetadata({ zebra: '1', Ärger: '2', apple: '3', Zoo: '4' })), [
    'Zoo',
    'apple',
    'zebra',
    'Ärger',
  ]);
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), metadata => {
      const reversed = Object.fromEntries(Object.entries(metadata).reverse());
      assert.deepEqual(wireMetadata(metadata), { ...metadata });
      assert.equal(JSON.stringify(wireMetadata(reversed)), JSON.stringify(wireMetadata(metadata)));
    }),
  );
});
