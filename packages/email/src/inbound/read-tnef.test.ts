import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decompressRtf, initialDictionary } from './decompress-rtf.ts';
import { mapi } from './mapi-properties.ts';
import { readRtf } from './read-rtf.ts';
import { readTnef, tnefAttributes } from './read-tnef.ts';
import {
  compressRtf,
  type MapiValue,
  mapiBinary,
  mapiMessage,
  mapiNumber,
  mapiText,
  mapiUnicode,
  type TnefAttribute,
  writeMapi,
  writeTnef,
} from './testing/tnef-writer.ts';

const codePage = (page: number): TnefAttribute => {
  const value = Buffer.alloc(8);
  value.writeUInt32LE(page);
  return { level: 'message', id: tnefAttributes.oemCodePage, type: 6, value };
};
const message = (values: readonly MapiValue[]): TnefAttribute => ({
  level: 'message',
  id: tnefAttributes.messageProperties,
  type: 6,
  value: writeMapi(values),
});
const file = (title: string, data: Buffer | undefined, values: readonly MapiValue[] = []): TnefAttribute[] => [
  { level: 'attachment', id: tnefAttributes.attachRenderData, type: 6, value: Buffer.alloc(14) },
  ...(data ? [{ level: 'attachment' as const, id: tnefAttributes.attachData, type: 6, value: data }] : []),
  { level: 'attachment', id: tnefAttributes.attachTitle, type: 1, value: Buffer.from(`${title}\0`, 'latin1') },
  ...(values.length > 0
    ? [{ level: 'attachment' as const, id: tnefAttributes.attachProperties, type: 6, value: writeMapi(values) }]
    : []),
];

test('a mail of Outlook gives its text, its HTML and its files with their long names', () => {
  const content = writeTnef([
    codePage(1252),
    message([
      mapiNumber(mapi.internetCodePage, 65001),
      { type: 0x1f, id: 0x8001, value: Buffer.from('x\0', 'utf16le'), name: 'Keywords' },
      mapiNumber(0x8002, 5),
      mapiUnicode(mapi.body, 'Grüße 📦\r\n'),
      mapiBinary(mapi.html, Buffer.from('<p>Grüße 📦</p>')),
    ]),
    ...file('RECHNU~1.PDF', Buffer.from('%PDF'), [
      mapiUnicode(mapi.attachLongFileName, 'Rechnung für März.pdf'),
      mapiText(mapi.attachMimeTag, 'application/pdf'),
    ]),
    ...file('image001.png', Buffer.from('png'), [
      mapiText(mapi.attachMimeTag, 'image/png'),
      mapiUnicode(mapi.attachContentId, '<image001.png@01DB>'),
    ]),
    ...file('plain.bin', Buffer.from('bytes')),
  ]);
  assert.deepEqual(readTnef(content), {
    text: 'Grüße 📦\r\n',
    html: '<p>Grüße 📦</p>',
    attachments: [
      { name: 'Rechnung für März.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF') },
      { name: 'image001.png', contentType: 'image/png', content: Buffer.from('png'), contentId: 'image001.png@01DB' },
      { name: 'plain.bin', contentType: 'application/octet-stream', content: Buffer.from('bytes') },
    ],
  });
});

test('text is read in the code page that the mail names', () => {
  const body = {
    level: 'message',
    id: tnefAttributes.body,
    type: 2,
    value: Buffer.from('\xcf\xf0\xe8\xe2\xe5\xf2\0', 'latin1'),
  } as const;
  assert.equal(readTnef(writeTnef([codePage(1251), body]))?.text, 'Привет');
  const title = Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x2e, 0x74, 0x78, 0x74]).toString('latin1');
  assert.equal(
    readTnef(writeTnef([codePage(932), ...file(title, Buffer.from('a'))]))?.attachments[0]?.name,
    '日本.txt',
  );
  const html = mapiBinary(mapi.html, Buffer.from('<p>\xcf</p>', 'latin1'));
  assert.equal(readTnef(writeTnef([message([mapiNumber(mapi.internetCodePage, 1251), html])]))?.html, '<p>П</p>');
});

test('a message within the message gives its text and its files', () => {
  const inner = writeTnef([
    message([mapiUnicode(mapi.subject, 'Order 1/2'), mapiText(mapi.body, 'Inner')]),
    ...file('note.txt', Buffer.from('note')),
  ]);
  const content = writeTnef([message([]), ...file('Order', undefined, [mapiMessage(mapi.attachData, inner)])]);
  assert.deepEqual(readTnef(content)?.attachments, [
    { name: 'Order 1-2.txt', contentType: 'text/plain; charset=utf-8', content: Buffer.from('Inner') },
    { name: 'note.txt', contentType: 'application/octet-stream', content: Buffer.from('note') },
  ]);
});

test('messages within messages end somewhere', () => {
  let content = writeTnef([message([mapiText(mapi.body, 'deep')])]);
  for (let depth = 0; depth < 50; depth += 1) {
    content = writeTnef([...file('deeper', undefined, [mapiMessage(mapi.attachData, content)])]);
  }
  assert.equal(readTnef(content)?.attachments.length, 1);
});

test('a file name has no path and is never empty', () => {
  const names = ['C:\\Users\\ann\\a.txt', '../../etc/passwd', 'x/', ' ', '\x01\x02'];
  const content = writeTnef(
    names.flatMap(name => file('t', Buffer.from('a'), [mapiUnicode(mapi.attachLongFileName, name)])),
  );
  assert.deepEqual(
    readTnef(content)?.attachments.map(each => each.name),
    ['a.txt', 'passwd', 'attachment', 'attachment', 'attachment'],
  );
});

test('compressed RTF is opened as the specification shows it', () => {
  // MS-OXRTFCP 4.1.1 and 4.1.2.
  const simple = '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0';
  const crossing = '1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0';
  assert.equal(initialDictionary.length, 207);
  assert.equal(
    decompressRtf(Buffer.from(simple, 'hex'), 1000)?.toString(),
    '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n',
  );
  assert.equal(decompressRtf(Buffer.from(crossing, 'hex'), 1000)?.toString(), '{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}');
  assert.equal(decompressRtf(Buffer.from(simple, 'hex'), 5)?.toString(), '{\\rtf');
  const plain = Buffer.concat([Buffer.from('10000000050000004d454c4100000000', 'hex'), Buffer.from('{\\rtf more')]);
  assert.equal(decompressRtf(plain, 1000)?.toString(), '{\\rtf');
});

test('an HTML mail that Exchange has wrapped into RTF comes out again', () => {
  const rtf = [
    '{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fcharset204 Arial Cyr;}}',
    '{\\colortbl\\red0\\green0\\blue0;}\\uc1\\pard\\plain\\deftab360 \\f0\\fs24',
    "{\\*\\htmltag64 <html>}{\\*\\htmltag84 <p title=\"\\{a\\}\">}\\htmlrtf {\\htmlrtf0 Gr\\'fc\\u223?e \\u-10179?\\u-9190? {\\f1 \\'cf\\'f0}",
    '{\\*\\htmltag84 <b>}\\htmlrtf {\\b \\htmlrtf0 now{\\*\\mhtmltag <i>}\\htmlrtf }\\htmlrtf0{\\*\\htmltag92 </b>}',
    "{\\*\\htmltag84 &nbsp;}\\htmlrtf \\'a0\\htmlrtf0 \\htmlrtf }\\htmlrtf0{\\*\\htmltag92 </p>}{\\*\\htmltag0 \\par }{\\*\\htmltag58 </html>}}",
  ].join('\r\n');
  const expected = '<html><p title="{a}">Grüße 📚 Пр<b>now</b>&nbsp;</p>\r\n</html>'.replace(
    '📚',
    String.fromCharCode(0xd83d, 0xdc1a),
  );
  assert.deepEqual(readRtf(Buffer.from(rtf, 'latin1')), { html: expected });
  const content = readTnef(writeTnef([message([mapiBinary(mapi.rtfCompressed, compressRtf(rtf))])]));
  assert.equal(content?.html, expected);
  assert.equal(content?.text, undefined);
});

test('RTF of a mail without HTML gives its text where there is no other', () => {
  const rtf =
    "{\\rtf1\\ansi\\ansicpg932{\\info{\\title no}}{\\*\\generator no;}\\pard First\\par\\tab \\'93\\'fa\\'96\\'7b \\{x\\}\\par}";
  const compressed = mapiBinary(mapi.rtfCompressed, compressRtf(rtf));
  assert.deepEqual(readTnef(writeTnef([message([compressed])])), { text: 'First\r\n\t日本 {x}\r\n', attachments: [] });
  assert.deepEqual(readTnef(writeTnef([message([mapiText(mapi.body, 'Told'), compressed])])), {
    text: 'Told',
    attachments: [],
  });
});

test('what is no TNEF is none, and what is cut off is read as far as it goes', () => {
  assert.equal(readTnef(Buffer.alloc(0)), undefined);
  assert.equal(readTnef(Buffer.from('%PDF-1.7')), undefined);
  const whole = writeTnef([message([mapiText(mapi.body, 'Hello')]), ...file('a.txt', Buffer.from('0123456789'))]);
  for (let length = 0; length < whole.length; length += 1) readTnef(whole.subarray(0, length));
  const cut = whole.subarray(0, whole.indexOf('56789'));
  assert.deepEqual(readTnef(cut), {
    text: 'Hello',
    attachments: [{ name: 'attachment', contentType: 'application/octet-stream', content: Buffer.from('01234') }],
  });
});

test('lengths and counts that lie read nothing outside and cost little', () => {
  const whole = writeTnef([
    codePage(1252),
    message([mapiText(mapi.body, 'Hello'), mapiBinary(mapi.rtfCompressed, compressRtf('{\\rtf1 \\u5?{\\f0 a}}'))]),
    ...file('a.txt', Buffer.from('0123456789'), [mapiUnicode(mapi.attachLongFileName, 'long.txt')]),
  ]);
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(changes, bytes => {
      const changed = Buffer.from(whole);
      for (const [position, byte] of bytes) changed[position] = byte;
      const content = readTnef(changed);
      const length = content?.attachments.reduce((sum, each) => sum + each.content.length, 0) ?? 0;
      return length <= 20 * whole.length;
    }),
    { numRuns: 2000 },
  );
  const counts = Buffer.alloc(1_000_000, 0xff);
  Buffer.from(writeTnef([])).copy(counts);
  readTnef(counts);
});

test('megabytes of RTF commands cost little', () => {
  for (const piece of ['{', '}', '\\', "\\'", '\\u1', '{\\f1 a', '\\*', '\\bin1', '{\\*\\htmltag ', 'a\\par', '\r\n']) {
    const before = process.cpuUsage();
    readRtf(Buffer.from(`{\\rtf1\\fromhtml1 ${piece.repeat(4_000_000 / piece.length)}`));
    const { user } = process.cpuUsage(before);
    assert.ok(user < 10_000_000, `${piece} took ${user / 1000} ms`);
  }
});
