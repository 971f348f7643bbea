import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noCapabilities, readCapabilities } from './server-capabilities.ts';

const read = (...lines: string[]) => readCapabilities({ code: 250, lines, text: lines.join('\n') });

test('offers are read in any case and spelling', () => {
  const offered = [
    'mx.example.com',
    'Pipelining',
    'SIZE 35882577',
    '8bitmime',
    'SMTPUTF8',
    'STARTTLS',
    'AUTH LOGIN PLAIN',
    'AUTH=LOGIN',
  ];
  assert.deepEqual(read(...offered), {
    pipelining: true,
    size: 35_882_577,
    eightBitMime: true,
    smtpUtf8: true,
    startTls: true,
    auth: ['LOGIN', 'PLAIN'],
  });
});

test('the name of the server is no offer, and a server may offer nothing', () => {
  assert.deepEqual(read('PIPELINING'), noCapabilities);
  assert.deepEqual(read(), noCapabilities);
});

test('a size without a number, or with nonsense, is no limit', () => {
  assert.equal(read('mx', 'SIZE').size, 0);
  assert.equal(read('mx', 'SIZE 0').size, 0);
  assert.equal(read('mx', 'SIZE lots').size, 0);
});
