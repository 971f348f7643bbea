// Twenty shapes of mail that people really send, each as a message for the official client. Every number gives another
// text, so that no mail can be taken for another.

import { Models } from 'postmark';

export type Shape = {
  name: string;
  /** How many of the 500. */
  count: number;
  make(number: number): Models.Message;
};

export const domains = ['inbox.test', 'second.test', 'xn--bcher-kva.test'] as const;

const from = 'Shop <desk@shop.test>';
const reader = (number: number) => `reader-${number}@inbox.test`;
const words = (number: number) => `This is mail number ${number}.`;

/** Every byte value there is, in an order that depends on the number. */
function bytes(length: number, number: number): Buffer {
  const content = Buffer.alloc(length);
  for (let index = 0; index < length; index += 1) content[index] = (index * 31 + (index >> 8) + number) & 0xff;
  return content;
}

function attachment(name: string, type: string, content: Buffer, contentId: string | null = null): Models.Attachment {
  return new Models.Attachment(name, content.toString('base64'), type, contentId, content.length);
}

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** `list(3, 'to')`: three addresses with names. */
function list(count: number, name: string, number: number): string {
  return Array.from(
    { length: count },
    (_, index) => `"${name} ${index}" <${name}-${index}-${number}@second.test>`,
  ).join(', ');
}

export const shapes: readonly Shape[] = [
  {
    name: 'text',
    count: 27,
    make: n => ({ From: from, To: reader(n), Subject: `Text ${n}`, TextBody: `${words(n)}\n\nBye` }),
  },
  {
    name: 'html',
    count: 27,
    make: n => ({ From: from, To: reader(n), Subject: `HTML ${n}`, HtmlBody: `<p>${words(n)} &amp; more</p>` }),
  },
  {
    name: 'text and html',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Both ${n}`,
      TextBody: words(n),
      HtmlBody: `<p>${words(n)}</p>`,
    }),
  },
  {
    name: 'one attachment',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Attached ${n}`,
      TextBody: words(n),
      Attachments: [attachment(`data-${n}.dat`, 'application/octet-stream', bytes(3000 + n, n))],
    }),
  },
  {
    name: 'attachments of all kinds',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Attachments ${n}`,
      TextBody: words(n),
      HtmlBody: `<p>${words(n)}</p>`,
      Attachments: [
        attachment(`Über ${n} & größer – 報告.pdf`, 'application/pdf', bytes(500, n)),
        attachment(
          'notes, "quoted".txt',
          'text/plain; charset=utf-8',
          Buffer.from(`Grüße ${n}\r\n.\r\nfrom a dot\r\n`),
        ),
        attachment('table.csv', 'text/csv', Buffer.from('a;b\nc;d\n')),
        attachment('empty.txt', 'text/plain', Buffer.from(`${n}`)),
      ],
    }),
  },
  {
    name: 'inline image',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Inline ${n}`,
      HtmlBody: `<p>${words(n)} <img src="cid:logo-${n}.png"></p>`,
      Attachments: [attachment('logo.png', 'image/png', pixel, `cid:logo-${n}.png`)],
    }),
  },
  {
    name: 'inline image and attachment and text',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Everything ${n}`,
      TextBody: words(n),
      HtmlBody: `<p>${words(n)} <img src="cid:a-${n}"><img src="cid:b-${n}"></p>`,
      Attachments: [
        attachment('a.png', 'image/png', pixel, `cid:a-${n}`),
        attachment('b.gif', 'image/gif', bytes(200, n), `cid:b-${n}`),
        attachment(`invoice-${n}.pdf`, 'application/pdf', bytes(4000, n)),
      ],
    }),
  },
  {
    name: 'long lines',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Long lines ${n} ${'word '.repeat(60)}end`,
      TextBody: `${'x'.repeat(998)}\n${'y'.repeat(999)}\n${'z'.repeat(20_000)}\n${words(n)} ${'and on '.repeat(500)}`,
      HtmlBody: `<table>${'<td>cell</td>'.repeat(2000)}</table>`,
    }),
  },
  {
    name: 'non-ASCII subject',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Grüße – 注文番号 ${n} 🚀 ${'Πολύ μακρύ θέμα '.repeat(8)}конец`,
      TextBody: words(n),
    }),
  },
  {
    name: 'names',
    count: 27,
    make: n => ({
      From: '"Müller, Jörg (Versand)" <versand@shop.test>',
      To: `"O'Neill, ""Bob""" <bob-${n}@inbox.test>, 山田太郎 <yamada-${n}@inbox.test>`.replaceAll('""', '\\"'),
      Cc: `"${'Sehr langer Name '.repeat(6).trim()}" <long-${n}@second.test>`,
      Subject: `Names ${n}`,
      TextBody: words(n),
    }),
  },
  {
    name: 'non-ASCII bodies',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Bodies ${n}`,
      TextBody: `${words(n)}\nÄpfel, 日本語, العربية, עברית, 👩‍👩‍👧, e\u0301, \u00a0=3D=\n${'ф'.repeat(3000)}`,
      HtmlBody: `<p dir="rtl">مرحبا ${n}</p><p>${'語'.repeat(2000)}</p>`,
    }),
  },
  {
    name: 'leading dots',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Dots ${n}`,
      TextBody: `.\n..\n...dots\n.${words(n)}\nFrom here it goes on\n.\r\nRSET\r\n.`,
    }),
  },
  {
    name: 'empty lines and spaces',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `  Spaces   ${n}`,
      TextBody: `\n\n\n${words(n)}   \n \n\t\n\nend of it\n\n\n`,
    }),
  },
  {
    name: 'fifty recipients',
    count: 5,
    make: n => ({
      From: from,
      To: list(20, 'to', n),
      Cc: list(20, 'cc', n),
      Bcc: list(10, 'bcc', n),
      Subject: `Many ${n}`,
      TextBody: words(n),
    }),
  },
  {
    name: 'international domain',
    count: 27,
    make: n => ({ From: from, To: `Käufer <kunde-${n}@bücher.test>`, Subject: `IDN ${n}`, TextBody: words(n) }),
  },
  {
    name: 'custom headers',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Headers ${n}`,
      TextBody: words(n),
      Headers: [
        { Name: 'X-Order', Value: String(n) },
        { Name: 'X-Long', Value: 'value '.repeat(150).trim() },
        { Name: 'X-Words', Value: 'Grüße aus Köln' },
        { Name: 'List-Unsubscribe', Value: `<https://shop.test/u/${n}>` },
        { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
        { Name: 'MIME-Version', Value: '1.0' },
      ],
    }),
  },
  {
    name: 'reply-to list',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      ReplyTo: `Hilfe für Kunden <help-${n}@shop.test>, sales@shop.test`,
      Subject: `Reply ${n}`,
      TextBody: words(n),
    }),
  },
  {
    name: 'tag and metadata, broadcast stream',
    count: 27,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Tagged ${n}`,
      TextBody: words(n),
      Tag: `campaign-${n}`,
      Metadata: { customer: `c-${n}`, Größe: 'groß' },
      MessageStream: 'broadcast',
    }),
  },
  {
    name: 'big attachment',
    count: 3,
    make: n => ({
      From: from,
      To: reader(n),
      Subject: `Big ${n}`,
      TextBody: words(n),
      Attachments: [attachment('big.dat', 'application/octet-stream', bytes(5 * 1024 * 1024, n))],
    }),
  },
  {
    name: 'no subject, Bcc alone, own Message-ID',
    count: 33,
    make: n => ({
      From: 'desk@shop.test',
      Bcc: reader(n),
      Subject: '',
      TextBody: words(n),
      Headers: [
        { Name: 'Message-ID', Value: `<own-${n}@shop.test>` },
        { Name: 'X-PM-KeepID', Value: 'true' },
      ],
    }),
  },
];
