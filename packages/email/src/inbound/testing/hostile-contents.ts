// Contents, names and encodings that no mail program writes.

import { deflateRawSync, gzipSync } from 'node:zlib';

type Shape = [name: string, make: () => Buffer];

const megabyte = 1024 * 1024;
const from = 'From: ann@client.test\r\nSubject: hostile\r\nMIME-Version: 1.0\r\n';

function message(fields: string, body: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${from}${fields}\r\n\r\n`, 'latin1'), Buffer.from(body as string, 'latin1')]);
}

function encoded(encoding: string, body: string, type = 'text/plain; charset=utf-8'): Buffer {
  return message(`Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}`, body);
}

function attached(parameters: string, content = 'x'): Buffer {
  return message(`Content-Type: application/zip\r\nContent-Disposition: attachment${parameters}`, content);
}

function filled(text: string, lengthInBytes: number): string {
  return text.repeat(Math.ceil(lengthInBytes / text.length));
}

function inLines(base64: string): string {
  return base64.replace(/.{76}/g, '$&\r\n');
}

/** One file of `lengthInBytes` zeros, in a thousandth of the room (APPNOTE 4.3.7). */
function zipOfZeros(lengthInBytes: number): Buffer {
  const packed = deflateRawSync(Buffer.alloc(lengthInBytes));
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(lengthInBytes, 22);
  return Buffer.concat([head, packed]);
}

function bomb(content: Buffer, type: string): Buffer {
  return message(
    `Content-Type: ${type}; name=bomb\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64`,
    inLines(content.toString('base64')),
  );
}

const pieces = (count: number) =>
  Array.from({ length: count }, (_, n) => `;\r\n filename*${n}*=${n === 0 ? "utf-8''" : ''}%C3%BC`).join('');

const bodies: Shape[] = [
  ['quoted-printable of equals signs only', () => encoded('quoted-printable', filled('=', 9 * megabyte))],
  ['quoted-printable of soft line breaks only', () => encoded('quoted-printable', filled('=\r\n', 9 * megabyte))],
  ['quoted-printable of white space only', () => encoded('quoted-printable', filled(' \t', 9 * megabyte))],
  [
    'quoted-printable with white space behind equals signs',
    () => encoded('quoted-printable', filled('=   ', 9 * megabyte)),
  ],
  ['quoted-printable with broken codes', () => encoded('quoted-printable', 'a=ZZ=4=\r\n=é=0D=0A=00=C3')],
  ['base64 with rubbish', () => encoded('base64', filled('S!G*V s#b\0G\xff8 ', megabyte))],
  ['base64 of rubbish only', () => encoded('base64', filled('!', 9 * megabyte))],
  ['base64 of padding only', () => encoded('base64', filled('=', 9 * megabyte))],
  ['base64 with padding everywhere', () => encoded('base64', filled('QQ==', 4 * megabyte))],
  ['base64 in one line of 9 MB', () => encoded('base64', filled('QUJD', 9 * megabyte))],
  ['base64 cut in the middle', () => encoded('base64', 'SGVsbG8gdGhlc')],
  ['uuencoded, and said to be so', () => encoded('x-uuencode', 'begin 644 a\r\n%:&5L;&\\\r\n`\r\nend\r\n')],
  ['an encoding that does not exist', () => encoded('x-invented', 'Hello')],
  ['invalid UTF-8 everywhere', () => encoded('8bit', filled('\xc3\x28\xa0\xed\xa0\x80\xf8\xff', 4 * megabyte))],
  ['NUL everywhere', () => encoded('8bit', filled('a\0', 4 * megabyte))],
  ['lone CR and LF everywhere', () => encoded('8bit', filled('a\rb\nc\n\r', 4 * megabyte))],
  [
    'escapes of ISO-2022-JP that never end',
    () => encoded('7bit', filled('\x1b$B', 4 * megabyte), 'text/plain; charset=iso-2022-jp'),
  ],
  [
    'half characters of GB18030',
    () => encoded('8bit', filled('\x81\x30\x81', 4 * megabyte), 'text/plain; charset=gb18030'),
  ],
  ['UTF-7 that never ends', () => encoded('7bit', filled('+', 4 * megabyte), 'text/plain; charset=utf-7')],
  [
    'UTF-16 of lone surrogates',
    () => encoded('8bit', filled('\x00\xd8', 2 * megabyte), 'text/plain; charset=utf-16le'),
  ],
  ['a character set of 5,000 letters', () => encoded('8bit', 'x', `text/plain; charset=${'u'.repeat(5000)}`)],
  ['HTML of a million open tags', () => encoded('8bit', filled('<div>', 5_000_000), 'text/html')],
  ['HTML that begins to tell its character set', () => encoded('8bit', filled('<meta ', megabyte), 'text/html')],
  ['a reply of a million quotes', () => message('In-Reply-To: <a@shop.test>', filled('> ', 2_000_000))],
  [
    'a reply of 300,000 quoted lines',
    () => message('In-Reply-To: <a@shop.test>', filled('> On Monday Ann wrote:\r\n', 6_600_000)),
  ],
  ['a reply in one line of 5 MB', () => message('References: <a@shop.test>', filled('On wrote: ', 5 * megabyte))],
];

const files: Shape[] = [
  ['a zip that would unpack to 20 MB', () => bomb(zipOfZeros(20 * megabyte), 'application/zip')],
  ['a gzip within a gzip', () => bomb(gzipSync(gzipSync(Buffer.alloc(20 * megabyte))), 'application/gzip')],
  ['a gzip that says it is a text', () => bomb(gzipSync(Buffer.alloc(10 * megabyte)), 'text/plain')],
  ['100,000 pieces of a file name', () => attached(pieces(100_000))],
  [
    'a piece of a file name that comes twice',
    () => attached('; filename*0=a; filename*0=b; filename*2=d; filename*1=c'),
  ],
  ['a parameter of 5 MB', () => attached(`; filename="${filled('x', 5 * megabyte)}"`)],
  ['a million parameters', () => attached(filled(';a=b', 4_000_000))],
  ['parameters of quotes', () => attached(`; filename="${filled('\\"', megabyte)}`)],
  ['a file name that climbs', () => attached('; filename="../../../etc/passwd"')],
  ['a file name of dots and slashes', () => attached('; filename="..\\..\\/"')],
  ['a file name with a line end and NUL', () => attached("; filename*=utf-8''a%0D%0Ab%00c.txt")],
  ['a file name that reads backwards', () => attached("; filename*=utf-8''%E2%80%AEgpj.exe")],
  ['a file name that is not what it says', () => attached('; filename*=utf-8\'\'%FF%FE; filename="=?utf-8?b?====?="')],
  ['a Content-ID of 1 MB', () => message(`Content-Type: image/png\r\nContent-ID: <${filled('x', megabyte)}>`, 'x')],
  ['winmail.dat with nothing in it', () => bomb(Buffer.from([0x78, 0x9f, 0x3e, 0x22, 0, 0]), 'application/ms-tnef')],
  [
    'winmail.dat of rubbish',
    () => bomb(Buffer.alloc(megabyte, '\x78\x9f\x3e\x22\x01\x00\x01', 'latin1'), 'application/ms-tnef'),
  ],
  [
    'winmail.dat whose attribute claims 4 GB',
    () => bomb(Buffer.from('789f3e220100010f80060000ffffffff', 'hex'), 'application/ms-tnef'),
  ],
  [
    'PEM that never ends',
    () => message('Content-Type: application/pkcs7-mime; smime-type=enveloped-data', filled('-----BEGIN', megabyte)),
  ],
];

export const hostileContents: readonly Shape[] = [...bodies, ...files];
