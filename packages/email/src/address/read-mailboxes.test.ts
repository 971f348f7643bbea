import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMailboxes } from './read-mailboxes.ts';

/** Each as `name|address`. */
function read(text: string): string[] {
  return readMailboxes(text, 100).map(({ name, address }) => (name === '' ? address : `${name}|${address}`));
}

test('mailboxes are found in every way in which they are written', () => {
  const cases: [text: string, ...mailboxes: string[]][] = [
    ['"Ops Desk" <ops@in.test>, b@in.test', 'Ops Desk|ops@in.test', 'b@in.test'],
    ['ann@client.test (Ann Berg)', 'Ann Berg|ann@client.test'],
    ['Ann (Sales) Berg <ann@client.test>', 'Ann Berg|ann@client.test'],
    ['"Ann (via List)" <ann@client.test>', 'Ann (via List)|ann@client.test'],
    ['<ann@client.test> Ann Berg', 'Ann Berg|ann@client.test'],
    ['Berg, Ann <ann@client.test>, b@in.test', 'Berg, Ann|ann@client.test', 'b@in.test'],
    ['Berg, Ann, Dr. <ann@client.test>', 'Berg, Ann, Dr.|ann@client.test'],
    ['=?utf-8?q?Berg,_"Ann"?= <ann@client.test>', 'Berg, "Ann"|ann@client.test'],
    ['Team: a@x.test, "B" <b@y.test>;, c@z.test', 'a@x.test', 'B|b@y.test', 'c@z.test'],
    ['undisclosed-recipients:;'],
    ['<Undisclosed-Recipient:;>'],
    ['a@x.test; b@y.test', 'a@x.test', 'b@y.test'],
    ['<@a.test,@b.test:c@d.test>', 'c@d.test'],
    ['"a b"@x.test, <"c, d"@y.test>', '"a b"@x.test', '"c, d"@y.test'],
    ['ann @ client . test', 'ann@client.test'],
    ['user@[IPv6:::1]', 'user@[IPv6:::1]'],
    ['<mailto:a@x.test>', 'a@x.test'],
    ['root', 'root'],
    ['', ...[]],
  ];
  for (const [text, ...mailboxes] of cases) assert.deepEqual(read(text), mailboxes, text);
});

test('what is broken is read as far as it goes', () => {
  const cases: [text: string, ...mailboxes: string[]][] = [
    ['Ann Berg', 'Ann Berg|'],
    ['Ann Berg ann@client.test', 'Ann Berg|ann@client.test'],
    ['Ann <ann@client.test', 'Ann|ann@client.test'],
    ['Ann <ann@client.test, Bob <b@x.test>', 'Ann|ann@client.test', 'Bob|b@x.test'],
    ['<a@x.test> <b@y.test> Bob', 'a@x.test', 'Bob|b@y.test'],
    ['"unclosed <a@x.test>, b@y.test', 'unclosed|a@x.test', 'b@y.test'],
    ['(unclosed <a@x.test>, b@y.test', '(unclosed|a@x.test', 'b@y.test'],
    [', ,a@x.test,,', 'a@x.test'],
    ['<<a@x.test>>', 'a@x.test'],
    ['<>'],
    [`${'a'.repeat(500)}@x.test`, 'a'.repeat(320)],
  ];
  for (const [text, ...mailboxes] of cases) assert.deepEqual(read(text), mailboxes, text);
  assert.equal(readMailboxes('a@x.test,'.repeat(100), 7).length, 7);
});
