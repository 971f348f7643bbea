// The character sets of the world in every place in which they can stand: each in each transfer encoding, in the subject and
// in names, as a text, as the two forms of a text, and beside a file.

import { type CharsetSample, charsetSamples, sevenBitCharsets } from './charset-samples.ts';
import { base64, multipart, type NormalMail, part, quotedPrintable, writeMail } from './write-mail.ts';

type Encoding = '8bit' | 'quoted-printable' | 'base64';
type Structure = 'text' | 'alternative' | 'file';

const structures: readonly Structure[] = ['text', 'alternative', 'file'];
const encodings: readonly Encoding[] = ['8bit', 'quoted-printable', 'base64'];

const lineEnd = Buffer.from('\r\n');

function encode(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'base64') return base64(bytes);
  return encoding === 'quoted-printable' ? quotedPrintable(bytes) : bytes.toString('latin1');
}

function body(sample: CharsetSample, type: string, encoding: Encoding, bytes: Buffer): string {
  const isPlain = encoding === '8bit' && sevenBitCharsets.has(sample.charset);
  return part(
    [`Content-Type: ${type}; charset="${sample.charset}"`, `Content-Transfer-Encoding: ${isPlain ? '7bit' : encoding}`],
    encode(bytes, encoding),
  );
}

function encodedWord({ charset, bytes }: CharsetSample, form: 'b' | 'q'): string {
  const content =
    form === 'b' ? bytes.toString('base64') : quotedPrintable(bytes).replaceAll('=\r\n', '').replaceAll('=20', '_');
  return `=?${charset.toUpperCase()}?${form.toUpperCase()}?${content}?=`;
}

function percentEncoded(bytes: Buffer): string {
  return [...bytes].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function charsetMail(sample: CharsetSample, encoding: Encoding, structure: Structure): NormalMail {
  const { charset, text, bytes } = sample;
  const content = Buffer.concat([bytes, lineEnd, Buffer.from('Ann'), lineEnd]);
  const tagged = Buffer.concat([Buffer.from('<p>'), bytes, Buffer.from('</p>')]);
  const plain = body(sample, 'text/plain', encoding, content);
  const form = encoding === 'base64' ? 'b' : 'q';
  const file = part(
    [
      'Content-Type: application/pdf',
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment;\r\n filename*=${charset}''${percentEncoded(bytes)}.pdf`,
    ],
    base64('%PDF'),
  );
  const contents: Record<Structure, string> = {
    text: plain,
    alternative: multipart('alternative', 'alt_1', [plain, body(sample, 'text/html', encoding, tagged)]),
    file: multipart('mixed', 'mix_1', [plain, file]),
  };
  // The quotes of a text of one part end with the line end of SMTP, which is added to a base64 text outside of it.
  const endsOutside = structure === 'text' && encoding === 'quoted-printable';
  return writeMail(`${charset} in ${encoding}: ${structure}`, {
    header: [`From: ${encodedWord(sample, form)} <ann@client.test>`, `Subject: ${encodedWord(sample, form)}`],
    content: contents[structure],
    expected: {
      from: { name: text, address: 'ann@client.test' },
      subject: text,
      text: `${text}\nAnn\n${endsOutside ? '\n' : ''}`,
      html: structure === 'alternative' ? `<p>${text}</p>` : '',
      attachments:
        structure === 'file'
          ? [{ name: `${text}.pdf`, contentType: 'application/pdf', content: Buffer.from('%PDF') }]
          : [],
    },
  });
}

/** Each set in each encoding, the structures in turn. */
export const mailInCharsets: readonly NormalMail[] = charsetSamples.flatMap((sample, number) =>
  encodings.map((encoding, place) => charsetMail(sample, encoding, structures[(number + place) % 3] ?? 'text')),
);
