// Breaks mail at random, as bad programs and bad people do: bytes, lines and whole pieces are changed, lost and put elsewhere.

import fc from 'fast-check';

export type Mutation = (mail: Buffer) => Buffer;

/** A place within a mail, whatever its length. */
export const place = fc.double({ min: 0, max: 1, noNaN: true });

/** One of `sources` after one to six mutations, which may take pieces from the others. */
export function mutatedMail(sources: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const anySource = fc.constantFrom(...sources);
  return fc
    .tuple(anySource, fc.array(mutationsWith(anySource), { minLength: 1, maxLength: 6 }))
    .map(([mail, mutations]) => mutations.reduce((changed, mutate) => mutate(changed), mail));
}

function mutationsWith(anySource: fc.Arbitrary<Buffer>): fc.Arbitrary<Mutation> {
  return fc.oneof(
    fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(
      ([at, byte]): Mutation =>
        mail =>
          withByte(mail, at, byte),
    ),
    fc.tuple(place, fc.integer({ min: 1, max: 4 })).map(
      ([at, count]): Mutation =>
        mail =>
          withLines(mail, at, count, 'drop'),
    ),
    fc.tuple(place, fc.integer({ min: 1, max: 4 })).map(
      ([at, count]): Mutation =>
        mail =>
          withLines(mail, at, count, 'twice'),
    ),
    fc.tuple(place, place).map(
      ([from, to]): Mutation =>
        mail =>
          withLineMoved(mail, from, to),
    ),
    place.map(
      (at): Mutation =>
        mail =>
          mail.subarray(0, Math.ceil(at * mail.length)),
    ),
    place.map(
      (at): Mutation =>
        mail =>
          mail.subarray(Math.floor(at * mail.length)),
    ),
    fc.constant<Mutation>(nested),
    anySource.map(
      (other): Mutation =>
        mail =>
          Buffer.concat([mail, other]),
    ),
    fc.tuple(place, anySource, place, place).map(
      ([at, other, from, to]): Mutation =>
        mail => {
          const piece = other.subarray(
            Math.floor(Math.min(from, to) * other.length),
            Math.ceil(Math.max(from, to) * other.length),
          );
          const position = Math.floor(at * mail.length);
          return Buffer.concat([mail.subarray(0, position), piece, mail.subarray(position)]);
        },
    ),
  );
}

function withByte(mail: Buffer, at: number, byte: number): Buffer {
  const changed = Buffer.from(mail);
  if (changed.length > 0) changed[Math.min(changed.length - 1, Math.floor(at * changed.length))] = byte;
  return changed;
}

export function withLines(mail: Buffer, at: number, count: number, what: 'drop' | 'twice'): Buffer {
  const lines = mail.toString('latin1').split('\n');
  const start = Math.floor(at * lines.length);
  const chosen = lines.slice(start, start + count);
  lines.splice(start, count, ...(what === 'drop' ? [] : [...chosen, ...chosen]));
  return Buffer.from(lines.join('\n'), 'latin1');
}

function withLineMoved(mail: Buffer, from: number, to: number): Buffer {
  const lines = mail.toString('latin1').split('\n');
  const [line = ''] = lines.splice(Math.floor(from * lines.length), 1);
  lines.splice(Math.floor(to * lines.length), 0, line);
  return Buffer.from(lines.join('\n'), 'latin1');
}

export function nested(mail: Buffer): Buffer {
  const head =
    'From: bob@shop.test\r\nSubject: Fwd: report\r\nContent-Type: multipart/mixed; boundary=n\r\n\r\n--n\r\n';
  return Buffer.concat([
    Buffer.from(`${head}Content-Type: message/rfc822\r\n\r\n`),
    mail,
    Buffer.from('\r\n--n--\r\n'),
  ]);
}
