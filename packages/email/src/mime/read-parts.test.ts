import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldOf, fieldsMax } from './read-fields.ts';
import { linesMax, type MailPart, nestingMax, partsMax, readParts, textLengthMax } from './read-parts.ts';
import { textOfHtml } from './text-of-html.ts';

function outlineOf(part: MailPart): unknown {
  return part.children.length === 0 ? part.type : [part.type, ...part.children.map(outlineOf)];
}

function read(mail: string): MailPart {
  return readParts(Buffer.from(mail));
}

test('parts, and the message within a part, are found', () => {
  const mail = read(`Content-Type: multipart/mixed; boundary="a b"; charset=x

preamble
--a b
Content-Type: multipart/alternative; boundary=c

--c

One
--c
Content-Type: text/html

<p>Two</p>
--c--
--a b
Content-Type: message/rfc822

Subject: Inner

Three
--a b--
epilogue`);
  assert.deepEqual(outlineOf(mail), [
    'multipart/mixed',
    ['multipart/alternative', 'text/plain', 'text/html'],
    ['message/rfc822', 'text/plain'],
  ]);
  assert.equal(mail.children[0]?.children[0]?.text, 'One');
  assert.equal(mail.children[0]?.children[1]?.text.trim(), 'Two');
  assert.equal(fieldOf(mail.children[1]?.children[0]?.fields ?? [], 'subject'), 'Inner');
});

test('transfer encodings and character sets are undone, and undeclared bytes are read as they were meant', () => {
  const head = (charset: string, encoding: string): string =>
    `Content-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: ${encoding}\n\n`;
  assert.equal(read(`${head('utf-8', 'quoted-printable')}J=C3=B6rg =\nist da`).text.trim(), 'J\u00f6rg ist da');
  assert.equal(read(`${head('utf-8', 'base64')}SsO2\ncmc=`).text, 'J\u00f6rg');
  assert.equal(readParts(Buffer.from(`${head('iso-8859-2', '8bit')}\xb3`, 'latin1')).text, '\u0142');
  assert.equal(readParts(Buffer.from('Subject: x\n\nJ\xf6rg', 'latin1')).text, 'J\u00f6rg');
  assert.equal(read('Subject: x\n\nJ\u00f6rg').text, 'J\u00f6rg');
  assert.equal(read(`${head('no-such-charset', '8bit')}abc`).text, 'abc');
});

test('lines may end in CRLF, LF or CR', () => {
  for (const end of ['\r\n', '\n', '\r']) {
    const mail = read(['Subject: a', ' b', '', 'One', 'Two'].join(end));
    assert.equal(fieldOf(mail.fields, 'subject'), 'a b');
    assert.equal(mail.text, 'One\nTwo');
  }
});

test('no mail makes more work than the limits allow', () => {
  const tallyOf = (mail: string): { lines: number; parts: number; depth: number } => {
    const tally = { lines: 0, parts: 0, depth: 0 };
    readParts(Buffer.from(mail), tally);
    return tally;
  };
  assert.ok(tallyOf('\n'.repeat(10 ** 6)).lines <= linesMax);
  assert.equal(tallyOf('Content-Type: message/rfc822\n\n'.repeat(10_000)).depth, nestingMax);
  const many = tallyOf(`Content-Type: multipart/mixed; boundary=a\n\n${'--a\n\n'.repeat(10_000)}`);
  assert.ok(many.parts <= partsMax + 1);
  const deep = Array.from({ length: 50 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`);
  assert.equal(tallyOf(deep.join('')).depth, nestingMax);
  assert.ok(read('a: b\n'.repeat(10_000)).fields.length <= fieldsMax);
  assert.ok(read(`\n\n${'a'.repeat(10 ** 6)}`).text.length <= textLengthMax);
});

test('HTML is read as the words that people see', () => {
  const html =
    '<head><style>p { color: red }</style></head><!-- no --><p>Dear&nbsp;<b>Ana</b>,<br>write to &lt;bob@buyer.test&gt; or <eve@buyer.test> &amp; wait</p>1 < 2';
  assert.deepEqual(
    textOfHtml(html)
      .split('\n')
      .filter(line => line !== ''),
    ['Dear Ana,', 'write to <bob@buyer.test> or <eve@buyer.test> & wait', '1 < 2'],
  );
  assert.equal(textOfHtml('<!-- never closed <p>x'), '');
});
