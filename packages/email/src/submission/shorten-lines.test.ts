import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodedBytes } from './read-bodies.ts';
import { hasLongLine, shortenLines } from './shorten-lines.ts';
import { readSourceFields } from './source-fields.ts';
import { readSourceParts } from './source-parts.ts';

const crlf = '\r\n';

function contentsOf({ header, body }: { header: Buffer; body: Buffer }): string[] {
  const reading = readSourceParts(header, readSourceFields(header, 0, false).fields, body);
  assert.equal(reading.kind, 'parts');
  if (reading.kind !== 'parts') return [];
  return reading.parts.map(part => decodedBytes(body, part).toString('latin1'));
}

const message = (header: string, body: string) => ({ header: Buffer.from(header), body: Buffer.from(body, 'latin1') });
const long = 'x'.repeat(999);

test('a line of 998 characters is none of the long ones, one of 999 is', () => {
  assert.equal(hasLongLine(Buffer.from(`${'x'.repeat(998)}${crlf}`)), false);
  assert.equal(hasLongLine(Buffer.from(`a${crlf}${long}${crlf}`)), true);
  assert.equal(hasLongLine(Buffer.from(`a${crlf}${'x'.repeat(998)}`)), false);
  assert.equal(hasLongLine(Buffer.from(`a${crlf}${'x'.repeat(999)}`)), true);
  assert.equal(hasLongLine(Buffer.alloc(0)), false);
});

test('a message of one part gets quoted-printable in the place of its own encoding', () => {
  const found = shortenLines(
    message(
      `Subject: x${crlf}Content-transfer-encoding: 8bit${crlf}Content-Type: text/plain; charset=latin1${crlf}`,
      `${long}\xfc${crlf}b${crlf}`,
    ),
  );
  assert.equal(
    found.header.toString(),
    `Subject: x${crlf}Content-Transfer-Encoding: quoted-printable${crlf}Content-Type: text/plain; charset=latin1${crlf}`,
  );
  assert.equal(hasLongLine(found.body), false);
  assert.deepEqual(contentsOf(found), [`${long}\xfc${crlf}b${crlf}`]);
});

test('of several parts only the one with the long line changes, and what is signed never', () => {
  const parts = [
    `${crlf}short`,
    `Content-Type: text/html${crlf}${crlf}${long}`,
    `Content-Type: a/b${crlf}Content-Transfer-Encoding: base64${crlf}${crlf}${'AAAA'.repeat(300)}`,
  ];
  const body = `--b${crlf}${parts.join(`${crlf}--b${crlf}`)}${crlf}--b--${crlf}`;
  const mixed = message(`Content-Type: multipart/mixed; boundary=b${crlf}`, body);
  const found = shortenLines(mixed);
  assert.ok(
    found.body
      .toString()
      .startsWith(
        `--b${crlf}${crlf}short${crlf}--b${crlf}Content-Transfer-Encoding: quoted-printable${crlf}Content-Type: text/html`,
      ),
  );
  assert.equal(hasLongLine(found.body), false);
  assert.deepEqual(contentsOf(found), contentsOf(mixed));
  assert.equal(found.header, mixed.header);

  const signed = message(`Content-Type: multipart/signed; boundary=b${crlf}`, body);
  assert.ok(shortenLines(signed).body.equals(signed.body));
});

test('whatever the lines are, what the parts say stays the same', () => {
  const piece = fc.constantFrom('word ', '=', '.', '\xfc', crlf, ' ', 'y'.repeat(700), `From ${crlf}`, '\0');
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), parts => {
      const body = parts
        .map(each => `--b${crlf}Content-Type: text/plain${crlf}${crlf}${each.join('')}${crlf}`)
        .join('');
      const before = message(`Content-Type: multipart/mixed; boundary=b${crlf}`, `${body}--b--${crlf}`);
      const after = shortenLines(before);
      assert.equal(hasLongLine(after.body), false);
      assert.deepEqual(contentsOf(after), contentsOf(before));
    }),
    { numRuns: 500 },
  );
});
