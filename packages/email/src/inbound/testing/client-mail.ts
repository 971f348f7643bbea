// Mail as the programs of the world write it: the shapes of Gmail, Outlook, Apple Mail, Thunderbird, Yahoo and of telephones,
// with their boundaries, fields and habits.

import {
  attachmentOf,
  base64,
  document,
  type FileForm,
  file,
  html,
  multipart,
  type NormalMail,
  part,
  picture,
  text,
  utf8,
  writeMail,
} from './write-mail.ts';

const reply = ['In-Reply-To: <77f0@shop.test>', 'References: <77f0@shop.test>'];
const pdf: FileForm = { name: 'invoice.pdf', type: 'application/pdf', content: document };
const png: FileForm = {
  name: 'image001.png',
  type: 'image/png',
  content: picture,
  contentId: 'image001.png@01DB8D0F.5A',
};

function googleReply(): NormalMail {
  const plain =
    'Thanks, that works.\r\n\r\nOn Mon, Mar 3, 2025 at 9:12 AM Support <help@in.shop.test> wrote:\r\n\r\n> Please try again\r\n>\r\n';
  const marked = '<div dir="ltr">Thanks, that works.</div><br><div class="gmail_quote">On Mon, Mar 3, 2025 …</div>\r\n';
  return writeMail('Gmail: a reply in two forms', {
    header: [
      'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n        d=client.test; s=20230601; t=1741096931;\r\n        bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=x',
      'X-Received: by 2002:a05:6402:1 with SMTP id\r\n x1-20020a05; Tue, 04 Mar 2025 06:02:11 -0800 (PST)',
      'Subject: Re: Order 1042',
      'To: Support <help+ticket-88@in.shop.test>',
      ...reply,
      'Message-ID: <CAB1x=abc_Q@mail.gmail.test>',
    ],
    content: multipart('alternative', '000000000000d7a3f2062f82c1d4', [text(plain), html(marked)]),
    expected: {
      subject: 'Re: Order 1042',
      to: [{ name: 'Support', address: 'help+ticket-88@in.shop.test' }],
      text: plain.replaceAll('\r\n', '\n'),
      html: marked.replaceAll('\r\n', '\n'),
      strippedReply: 'Thanks, that works.',
    },
  });
}

function outlookReply(): NormalMail {
  const plain =
    'Perfect, thank you!\r\n\r\n-----Original Message-----\r\nFrom: Support <help@in.shop.test>\r\nSent: Monday, March 3, 2025 9:12 AM\r\nTo: Ann Berg <ann@client.test>\r\nSubject: Order 1042\r\n\r\nPlease try again\r\n';
  return writeMail('Outlook: a reply with the original below', {
    header: [
      'From: "Berg, Ann" <ann@client.test>',
      "To: 'Support' <help@in.shop.test>",
      'Subject: RE: Order 1042',
      'Thread-Topic: Order 1042',
      'Thread-Index: AQHbjQ9a1x==',
      ...reply,
      'Accept-Language: en-US',
      'Content-Language: en-US',
      'X-MS-Has-Attach:',
      'x-ms-exchange-messagesentrepresentingtype: 1',
    ],
    content: text(plain, 'text/plain; charset="us-ascii"'),
    expected: {
      from: { name: 'Berg, Ann', address: 'ann@client.test' },
      to: [{ name: "'Support'", address: 'help@in.shop.test' }],
      subject: 'RE: Order 1042',
      text: plain.replaceAll('\r\n', '\n'),
      strippedReply: 'Perfect, thank you!',
    },
  });
}

const googleWithFile = writeMail('Gmail: two forms and a file', {
  content: multipart('mixed', '0000000000001f', [
    multipart('alternative', '0000000000002f', [
      text('See the file.\r\n'),
      html('<div dir="ltr">See the file.</div>\r\n'),
    ]),
    part(
      [
        'Content-Type: application/pdf; name="invoice.pdf"',
        'Content-Disposition: attachment; filename="invoice.pdf"',
        'Content-Transfer-Encoding: base64',
        'Content-ID: <f_m7uq1x>',
        'X-Attachment-Id: f_m7uq1x',
      ],
      base64(document),
    ),
  ]),
  expected: {
    text: 'See the file.\n',
    html: '<div dir="ltr">See the file.</div>\n',
    attachments: [attachmentOf({ ...pdf, contentId: 'f_m7uq1x' })],
  },
});

const outlookWithPicture = writeMail('Outlook: HTML with a picture in the signature, and a file', {
  header: ['X-Mailer: Microsoft Outlook 16.0'],
  content: multipart('mixed', '----=_NextPart_000_0012_01DB8D17.B4', [
    multipart(
      'related',
      '----=_NextPart_001_0013_01DB8D17.B4',
      [
        multipart('alternative', '----=_NextPart_002_0014_01DB8D17.B4', [
          text('Hello\r\n\r\n', 'text/plain;\r\n\tcharset="us-ascii"'),
          text(
            '<p class=MsoNormal>Hello <img src="cid:image001.png@01DB8D0F.5A"></p>\r\n',
            'text/html;\r\n\tcharset="us-ascii"',
          ),
        ]),
        file({ ...png, disposition: 'inline' }),
      ],
      ';\r\n\ttype="multipart/alternative"',
    ),
    file(pdf),
  ]),
  expected: {
    text: 'Hello\n\n',
    html: '<p class=MsoNormal>Hello <img src="cid:image001.png@01DB8D0F.5A"></p>\n',
    attachments: [attachmentOf(png), attachmentOf(pdf)],
  },
});

const appleAround = writeMail('Apple Mail: text before and after a file', {
  header: ['X-Mailer: Apple Mail (2.3774.500.171.1.1)'],
  content: multipart('mixed', 'Apple-Mail=_E6F0-1', [
    text('Before the file\r\n', 'text/plain;\r\n\tcharset=us-ascii'),
    part(
      [
        'Content-Disposition: inline;\r\n\tfilename=invoice.pdf',
        'Content-Type: application/pdf;\r\n\tx-unix-mode=0644;\r\n\tname="invoice.pdf"',
        'Content-Transfer-Encoding: base64',
      ],
      base64(document),
    ),
    text('and after it\r\n', 'text/plain;\r\n\tcharset=us-ascii'),
  ]),
  expected: {
    text: 'Before the file\nand after it\n',
    attachments: [{ ...attachmentOf(pdf), contentType: 'application/pdf; x-unix-mode="0644"' }],
  },
});

const appleHtmlAround = writeMail('Apple Mail: HTML around a picture, beside one text', {
  content: multipart('alternative', 'Apple-Mail=_A', [
    text('One\r\n\r\nTwo\r\n'),
    multipart('mixed', 'Apple-Mail=_B', [
      html('<html><body>One</body></html>'),
      file({ name: 'IMG_0042.png', type: 'image/png', content: picture, disposition: 'inline' }),
      html('<html><body>Two</body></html>'),
    ]),
  ]),
  expected: {
    text: 'One\n\nTwo\n',
    html: '<html><body>One</body></html>\n<html><body>Two</body></html>',
    attachments: [attachmentOf({ name: 'IMG_0042.png', type: 'image/png', content: picture })],
  },
});

const thunderbirdFlowed = writeMail('Thunderbird: flowed text with a signature', {
  header: ['User-Agent: Mozilla Thunderbird', 'Content-Language: de-DE'],
  content: text(
    'Schöne Grüße aus \r\nKöln\r\n\r\n-- \r\nAnn Berg\r\n',
    'text/plain; charset=UTF-8; format=flowed; delsp=no',
  ),
  expected: { text: 'Schöne Grüße aus \nKöln\n\n-- \nAnn Berg\n' },
});

const thunderbirdReply = writeMail('Thunderbird: a reply between quoted lines', {
  header: [...reply, 'Subject: Re: Order 1042'],
  content: text(
    'Am 03.03.25 um 09:12 schrieb Support:\r\n> Please try again\r\n\r\nIt works now.\r\n',
    'text/plain; charset=UTF-8; format=flowed',
  ),
  expected: {
    subject: 'Re: Order 1042',
    text: 'Am 03.03.25 um 09:12 schrieb Support:\n> Please try again\n\nIt works now.\n',
    strippedReply: 'It works now.',
  },
});

const yahoo = writeMail('Yahoo: two forms with a mailer of its own', {
  header: [
    'References: <1234.5678.ref@mail.yahoo.test>',
    'X-Mailer: WebService/1.1.23369 YMailNorrin',
    'Content-Length: 512',
  ],
  content: multipart('alternative', '----=_Part_1183271_1722.1741096931', [
    text('Hello there\r\n', 'text/plain; charset=UTF-8'),
    html('<html><head></head><body>Hello there</body></html>'),
  ]),
  expected: {
    text: 'Hello there\n',
    html: '<html><head></head><body>Hello there</body></html>',
    strippedReply: 'Hello there',
  },
});

const iPhone = writeMail('iPhone: a photo and a last line', {
  header: ['Mime-Version: 1.0 (1.0)', 'X-Mailer: iPhone Mail (22D72)', 'Content-Transfer-Encoding: 7bit'],
  content: multipart('mixed', 'Apple-Mail-7C0F1B1E-0F3A', [
    text('', 'text/plain; charset=us-ascii'),
    part(
      [
        'Content-Type: image/jpeg;\r\n\tname="IMG_1234.jpeg";\r\n\tx-apple-part-url=9A1F',
        'Content-Disposition: inline;\r\n\tfilename=IMG_1234.jpeg',
        'Content-Transfer-Encoding: base64',
      ],
      base64(picture),
    ),
    text('\r\n\r\nSent from my iPhone', 'text/plain; charset=us-ascii'),
  ]),
  expected: {
    text: '\n\nSent from my iPhone',
    attachments: [{ name: 'IMG_1234.jpeg', contentType: 'image/jpeg; x-apple-part-url="9A1F"', content: picture }],
  },
});

const android = writeMail('Android: one form, quoted-printable by lower case codes', {
  header: ['Subject: =?utf-8?q?Sch=c3=b6n?=', 'X-Mailer: Email 7.1'],
  content: part(
    ['Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'],
    '<html><body>Sch=c3=b6n=\r\n, danke</body></html>\r\n',
  ),
  expected: { subject: 'Schön', html: '<html><body>Schön, danke</body></html>\n' },
});

const plainOld = writeMail('a program without MIME', {
  header: ['Status: O'],
  content: '\r\nHello, world\r\n',
  expected: { text: 'Hello, world\n' },
});

const latinWithoutMime = writeMail('a program without MIME that writes windows-1252', {
  content: '\r\nGr\xfc\xdfe \x96 5 \x80\r\n',
  expected: { text: 'Grüße – 5 €\n' },
});

const utf8WithoutMime = writeMail('a program without MIME that writes UTF-8', {
  content: `\r\n${utf8('Grüße – 日本')}\r\n`,
  expected: { text: 'Grüße – 日本\n' },
});

const wrongUtf8 = writeMail('a shop that says UTF-8 and writes Latin 1', {
  content: part(['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'], 'Gr\xfc\xdfe\r\n'),
  expected: { text: 'Grüße\n' },
});

const wrongAscii = writeMail('a form that says ASCII and writes UTF-8', {
  content: part(
    ['Content-Type: text/plain; charset=us-ascii', 'Content-Transfer-Encoding: 7bit'],
    `${utf8('Grüße')}\r\n`,
  ),
  expected: { text: 'Grüße\n' },
});

const inventedCharset = writeMail('a script that invents a character set', {
  content: part(
    ['Content-Type: text/plain; charset=utf8-unicode-ci', 'Content-Transfer-Encoding: 8bit'],
    `${utf8('Grüße')}\r\n`,
  ),
  expected: { text: 'Grüße\n' },
});

const charsetInHtml = writeMail('HTML that alone tells its character set', {
  content: part(
    ['Content-Type: text/html', 'Content-Transfer-Encoding: 8bit'],
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"></head><body>\xf0\xd2\xc9\xd7\xc5\xd4</body></html>\r\n',
  ),
  expected: {
    html: '<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"></head><body>Привет</body></html>\n',
  },
});

const wide = writeMail('text in UTF-16 with its mark', {
  content: part(
    ['Content-Type: text/plain; charset=utf-16', 'Content-Transfer-Encoding: base64'],
    base64(Buffer.from('\ufeffGrüße\r\nAnn', 'utf16le')),
  ),
  expected: { text: 'Grüße\nAnn' },
});

const byteOrderMark = writeMail('text in UTF-8 with a mark', {
  content: text('\ufeffHello\r\n'),
  expected: { text: 'Hello\n' },
});

const quotedWhiteSpace = writeMail('quoted-printable with white space added on the way', {
  content: part(
    ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: Quoted-Printable'],
    'soft =  \r\nbreak   \r\nkept =20\r\n= 5 =ZZ\r\n',
  ),
  expected: { text: 'soft break\nkept  \n= 5 =ZZ\n' },
});

const exchangeRich = writeMail('Exchange: HTML alone', {
  header: ['X-MS-Exchange-Organization-SCL: -1', 'X-Originating-IP: [203.0.113.7]'],
  content: part(
    ['Content-Type: text/html; charset="iso-8859-1"', 'Content-Transfer-Encoding: quoted-printable'],
    '<html><body><p>Gr=FC=DFe</p></body></html>\r\n',
  ),
  expected: { html: '<html><body><p>Grüße</p></body></html>\n' },
});

const newsletter = writeMail('a newsletter with its list fields', {
  header: [
    'List-Unsubscribe: <https://news.test/u/1>,\r\n\t<mailto:u@news.test>',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'List-Id: News of the shop <news.shop.test>',
    'Precedence: bulk',
    'Feedback-ID: 1:2:3:news',
  ],
  content: multipart('alternative', '_----------=_1', [text('News\r\n'), html('<h1>News</h1>\r\n')]),
  expected: { text: 'News\n', html: '<h1>News</h1>\n' },
});

const mailingList = writeMail('a mailing list that adds a footer', {
  header: [
    'Reply-To: "The list" <list@lists.test>',
    'X-Mailman-Version: 2.1.39',
    'Sender: list-bounces@lists.test',
    'Errors-To: list-bounces@lists.test',
  ],
  content: multipart('mixed', '===============1234567890==', [
    multipart('alternative', 'inner', [text('Hello list\r\n'), html('<p>Hello list</p>')]),
    part(
      ['MIME-Version: 1.0', 'Content-Type: text/plain; charset="us-ascii"', 'Content-Disposition: inline'],
      '_______________\r\nlist mailing list\r\n',
    ),
  ]),
  expected: {
    replyTo: '"The list" <list@lists.test>',
    text: 'Hello list\n_______________\nlist mailing list\n',
    html: '<p>Hello list</p>',
  },
});

const accelerated = writeMail('a mail with a form for AMP', {
  content: multipart('alternative', 'amp', [
    text('Hello\r\n'),
    text('<!doctype html><html ⚡4email></html>', 'text/x-amp-html; charset=utf-8'),
    html('<p>Hello</p>'),
  ]),
  expected: {
    text: 'Hello\n',
    html: '<p>Hello</p>',
    attachments: [
      {
        name: 'body.amp.html',
        contentType: 'text/x-amp-html; charset="utf-8"',
        content: Buffer.from('<!doctype html><html ⚡4email></html>'),
      },
    ],
  },
});

const autoReply = writeMail('an answer by a machine', {
  header: [
    'Auto-Submitted: auto-replied',
    'X-Auto-Response-Suppress: All',
    'Subject: Automatic reply: Order 1042',
    ...reply,
  ],
  content: text('I am away.\r\n'),
  expected: { subject: 'Automatic reply: Order 1042', text: 'I am away.\n', strippedReply: 'I am away.' },
});

const japanesePhone = writeMail('a Japanese telephone', {
  header: [
    `From: =?ISO-2022-JP?B?${Buffer.from('\x1b$B;3ED\x1b(B').toString('base64')}?= <ann@client.test>`,
    `Subject: =?ISO-2022-JP?B?${Buffer.from('\x1b$BF|K\x5c\x1b(B').toString('base64')}?=\r\n =?ISO-2022-JP?B?${Buffer.from('\x1b$B8l\x1b(B').toString('base64')}?=`,
  ],
  content: part(
    ['Content-Type: text/plain; charset=ISO-2022-JP', 'Content-Transfer-Encoding: 7bit'],
    '\x1b$B;3ED\x1b(B\r\n',
  ),
  expected: { from: { name: '山田', address: 'ann@client.test' }, subject: '日本語', text: '山田\n' },
});

export const clientMail: readonly NormalMail[] = [
  googleReply(),
  outlookReply(),
  googleWithFile,
  outlookWithPicture,
  appleAround,
  appleHtmlAround,
  thunderbirdFlowed,
  thunderbirdReply,
  yahoo,
  iPhone,
  android,
  plainOld,
  latinWithoutMime,
  utf8WithoutMime,
  wrongUtf8,
  wrongAscii,
  inventedCharset,
  charsetInHtml,
  wide,
  byteOrderMark,
  quotedWhiteSpace,
  exchangeRich,
  newsletter,
  mailingList,
  accelerated,
  autoReply,
  japanesePhone,
];
