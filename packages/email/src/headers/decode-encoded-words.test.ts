import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEncodedWords } from './decode-encoded-words.ts';

test('encoded-words are read as the world writes them', () => {
  const cases: [written: string, meant: string][] = [
    ['=?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
    ['=?UTF-8?B?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?utf-8?B?R3LD?=\t =?utf-8?B?vMOfZQ==?=', 'Grüße'],
    ['Re: =?iso-8859-1?Q?Gr=FC=DFe_aus?= =?utf-8?Q?_K=C3=B6ln?=!', 'Re: Grüße aus Köln!'],
    ['=?utf-8?Q?with spaces in it?=', 'with spaces in it'],
    ['=?utf-8?Q?really??=', 'really?'],
    ['=?utf-8?Q?bare ü?=', 'bare ü'],
    ['=?utf-8?Q?Gr\u00fc=C3=9Fe?=', 'Grüße'],
    ['=?utf-8?Q?=E9?=', 'é'],
    ['=?utf-7?Q?+AOk-?=', 'é'],
    ['=?utf-8*de?Q?a?=', 'a'],
    ['=?utf-8?q??=', ''],
  ];
  for (const [written, meant] of cases) assert.equal(decodeEncodedWords(written), meant, written);
});

test('what is no encoded-word stays as it is', () => {
  for (const text of ['=?', '=?utf-8?q?a', '=?utf-8?x?a?=', '=?x-unknown?q?a=20b?=', '?==?', 'a =? b']) {
    assert.equal(decodeEncodedWords(text), text);
  }
  assert.equal(decodeEncodedWords('=?utf-8?q?open =?utf-8?q?closed?='), '=?utf-8?q?open closed');
});
