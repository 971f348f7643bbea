import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { decodedBytes, listedNameOf, readBodies } from './read-bodies.ts';
import { readSourceFields } from './source-fields.ts';
import { nestingMax, partFieldsMax, partsMax, readSourceParts } from './source-parts.ts';

function read(source: string | Buffer) {
  const bytes = Buffer.from(source);
  const { fields, bodyStart } = readSourceFields(bytes);
  const body = bytes.subarray(bodyStart);
  const reading = readSourceParts(bytes, fields, body);
  return { body, reading, parts: reading.kind === 'parts' ? reading.parts : [] };
}

function multipart(kind: string, boundary: string, ...parts: string[]): string {
  const inner = parts.map(part => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${kind};\r\n boundary="${boundary}"\r\n\r\npreamble\r\n${inner}--${boundary}--\r\nepilogue\r\n`;
}

const textPart = (text: string, type = 'text/plain') => `Content-Type: ${type}; charset=utf-8\r\n\r\n${text}`;

test('texts and files are found in any nesting, and their bytes are those between the boundaries', () => {
  const source = multipart(
    'mixed',
    'a',
    multipart('alternative', 'ab', textPart('Hi'), textPart('<p>Hi</p>', 'text/html')),
    'Content-Type: image/png; name="=?utf-8?q?=C3=BC.png?="\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\nRw==',
    'Content-Disposition: attachment\r\n\r\nx',
    `Content-Type: message/rfc822\r\n\r\n${multipart('mixed', 'inner', textPart('not ours'))}`,
  );
  const { body, parts } = read(source);
  assert.deepEqual(readBodies(body, parts), { text: 'Hi', html: '<p>Hi</p>' });
  assert.deepEqual(parts.map(listedNameOf), [undefined, undefined, 'ü.png', 'noname', 'noname']);
  const [, , image] = parts;
  assert.ok(image);
  assert.equal(body.toString('latin1', image.start, image.end), 'iVBO\r\nRw==');
  assert.equal(decodedBytes(body, image).toString('hex'), '89504e47');
});

test('names are read in every way in which they are written', () => {
  const named = (field: string) => {
    const { parts } = read(multipart('mixed', 'b', `${field}\r\n\r\nx`));
    return parts.flatMap(part => part.fileNames);
  };
  assert.deepEqual(named('Content-Disposition: attachment; filename="a;b.txt"'), ['a;b.txt']);
  assert.deepEqual(named("Content-Disposition: attachment; filename*=UTF-8''%e2%82%ac.txt; filename=x.txt"), ['€.txt']);
  assert.deepEqual(
    named('Content-Disposition: attachment;\r\n filename*0*=iso-8859-1\'en\'%FCb;\r\n filename*1="er.txt"'),
    ['über.txt'],
  );
  assert.deepEqual(named('Content-Type: a/b; name="=?iso-8859-1?q?=FC.txt?="'), ['ü.txt']);
  assert.deepEqual(named('Content-Disposition: inline; filename=a.txt\r\nContent-Type: a/b; name=b.txt'), [
    'a.txt',
    'b.txt',
  ]);
});

test('texts are decoded by their encoding and character set', () => {
  const body = (fields: string, bytes: Buffer) => {
    const source = Buffer.concat([Buffer.from(`${fields}\r\n\r\n`), bytes]);
    const found = read(source);
    return readBodies(found.body, found.parts);
  };
  const type = (charset: string) => `Content-Type: text/plain; charset="${charset}"`;
  assert.deepEqual(body(type('KOI8-R'), Buffer.from([0xf0, 0xd2])), { text: 'Пр' });
  assert.deepEqual(body(type('iso-2022-jp'), Buffer.from('\x1b$B$3$s\x1b(B')), { text: 'こん' });
  assert.deepEqual(body(type('gb18030'), Buffer.from([0xc4, 0xe3])), { text: '你' });
  assert.deepEqual(
    body(`${type('utf-8')}\r\nContent-Transfer-Encoding: Quoted-Printable`, Buffer.from('a=C3=BC= \r\nb =\r\n\r\n')),
    { text: 'aüb \r\n' },
  );
  assert.deepEqual(body(`${type('utf-8')}\r\nContent-Transfer-Encoding: base64`, Buffer.from('w7w=\r\n')), {
    text: 'ü',
  });
  assert.deepEqual(body('Subject: no type', Buffer.from([0xfc])), { text: 'ü' });
  assert.deepEqual(body('Subject: empty', Buffer.alloc(0)), { text: '' });
});

test('what is signed or encrypted as a whole is marked, inside other parts too', () => {
  const signed = multipart(
    'signed',
    's',
    multipart('mixed', 'm', textPart('a')),
    'Content-Type: application/pgp-signature\r\n\r\nx',
  );
  const { parts } = read(multipart('mixed', 'o', signed, textPart('footer')));
  assert.deepEqual(
    parts.map(part => part.isSealed),
    [true, true, false],
  );
});

test('broken structures are read as far as they go', () => {
  const typesOf = (source: string) => read(source).parts.map(part => part.type);
  assert.deepEqual(typesOf('Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\na'), ['multipart/mixed']);
  assert.deepEqual(typesOf('Content-Type: multipart/mixed; boundary=b\r\n\r\nnothing'), []);
  assert.deepEqual(typesOf('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\nno end'), [
    'a/b',
  ]);
  assert.deepEqual(typesOf('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b'), ['text/plain']);
  assert.deepEqual(typesOf('Content-Type: nonsense\r\n\r\na'), ['text/plain']);
  // The inner end is missing: the outer boundary ends both.
  const inner = 'Content-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\na';
  assert.deepEqual(typesOf(`${multipart('mixed', 'o', inner, textPart('b', 'text/html'))}`), [
    'text/plain',
    'text/html',
  ]);
});

test('levels with one boundary: the innermost ends first, then the one around it', () => {
  const same = multipart('mixed', 'b', multipart('alternative', 'b', textPart('in')), textPart('out', 'text/html'));
  const { body, parts } = read(same);
  assert.deepEqual(readBodies(body, parts), { text: 'in', html: 'out' });
});

test('more parts and levels than any mail has are refused', () => {
  const deep = (levels: number) => {
    let source = textPart('core');
    for (let level = 0; level < levels; level += 1) source = multipart('mixed', `b${level}`, source);
    return read(source).reading.kind;
  };
  assert.equal(deep(nestingMax), 'parts');
  assert.equal(deep(nestingMax + 1), 'too_complex');
  assert.equal(read(multipart('mixed', 'b', ...Array(partsMax - 1).fill(textPart('x')))).reading.kind, 'parts');
  assert.equal(read(multipart('mixed', 'b', ...Array(partsMax).fill(textPart('x')))).reading.kind, 'too_complex');
  const flood = (count: number) => read(multipart('mixed', 'b', `${'X: y\r\n'.repeat(count)}\r\ntext`, textPart('x')));
  assert.equal(flood(partFieldsMax - 10).reading.kind, 'parts');
  assert.equal(flood(partFieldsMax).reading.kind, 'too_complex');
});

test('hostile bodies are read in time that grows with their length', () => {
  const size = 2_000_000;
  const levels = Array.from(
    { length: nestingMax - 1 },
    (_, level) => `--l${level}\r\nContent-Type: multipart/mixed; boundary=l${level + 1}\r\n\r\n`,
  );
  const start = `Content-Type: multipart/mixed; boundary=l0\r\n\r\n${levels.join('')}`;
  for (const part of [
    '--',
    '--\r\n',
    '--l0',
    '--l0 x\r\n',
    '--l49\r\n\n',
    '-',
    '\r\n',
    '\n--',
    '--l48x\r\n',
    '--l0\t\t\t\t',
    'X:\r\n',
  ]) {
    read(`${start}${part.repeat(size / part.length)}`);
  }
});

test('a reader that is not ours finds the same texts and files', async () => {
  const text = fc.stringMatching(/^[a-zäöü=. \r\n-]{0,40}$/).map(value => value.replace(/\r\n|[\r\n]/g, ' ').trim());
  const leaf = fc.oneof(
    text.map(value => textPart(`t${value}`)),
    text.map(value => textPart(`<b>h${value}</b>`, 'text/html')),
    text.map(
      value => `Content-Type: application/pdf; name="f.pdf"\r\nContent-Disposition: attachment\r\n\r\nx${value}`,
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(leaf, { minLength: 1, maxLength: 4 }),
      fc.array(leaf, { maxLength: 3 }),
      async (outer, inner) => {
        const parts = inner.length > 0 ? [multipart('alternative', 'in', ...inner), ...outer] : outer;
        const source = `From: a@b.test\r\n${multipart('mixed', 'out', ...parts)}`;
        const found = read(source);
        const oracle = await PostalMime.parse(source);
        const names = found.parts.flatMap(part => listedNameOf(part) ?? []);
        assert.deepEqual(
          names,
          oracle.attachments.map(file => file.filename),
        );
        const texts = found.parts.filter(part => part.type === 'text/plain').length;
        assert.equal(texts > 0, readBodies(found.body, found.parts).text !== undefined);
        const squeeze = (value: string | undefined) => (value ?? '').replace(/\s+/g, '');
        const onlyText = found.parts.every(part => part.type !== 'text/html');
        if (onlyText) assert.equal(squeeze(readBodies(found.body, found.parts).text), squeeze(oracle.text));
      },
    ),
    { numRuns: 200 },
  );
});
