// A hundred shapes of mail as programs really write them, each as the bytes that a client hands over by SMTP. Every one has
// its number in a field of its own, so that no mail can be taken for another.

export type SubmittedShape = {
  name: string;
  source: Buffer;
  recipients: string[];
  /** Its lines are too long for the wire, so that its encoding becomes another one there. */
  isShortened?: true;
  isSmtpUtf8?: true;
};

type Made = { name: string; source: Buffer; recipients?: string[]; isShortened?: true; isSmtpUtf8?: true };

const crlf = '\r\n';
const joined = (lines: readonly string[]) => lines.map(line => line + crlf).join('');

/** `latin1`: each character is a byte. */
function mail(
  name: string,
  fields: readonly string[],
  body: string | Buffer,
  more: Omit<Made, 'name' | 'source'> = {},
): Made {
  const from = fields.some(field => /^from\s*:/i.test(field)) ? [] : ['From: Desk <desk@shop.test>'];
  const to = fields.some(field => /^(?:to|cc)\s*:/i.test(field)) ? [] : ['To: Reader <reader@inbox.test>'];
  const header = Buffer.from(joined([...from, ...to, ...fields]), 'latin1');
  const text = Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1');
  const content = text.length === 0 || text.at(-1) === 0x0a ? text : Buffer.concat([text, Buffer.from(crlf)]);
  return { name, source: Buffer.concat([header, Buffer.from(crlf), content]), ...more };
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1');
const base64 = (content: Buffer | string) =>
  (
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join(crlf);

/** Every byte value there is, in an order that depends on the seed. */
function bytes(length: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 31 + (index >> 8) + seed) & 0xff));
}

type Part = { fields: readonly string[]; body: string };

const part = (type: string, body: string, ...fields: string[]): Part => ({
  fields: [`Content-Type: ${type}`, ...fields],
  body,
});
const file = (type: string, name: string, content: Buffer, disposition = 'attachment'): Part =>
  part(
    `${type};${crlf}\tname="${name}"`,
    base64(content),
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: ${disposition};${crlf}\tfilename="${name}"`,
  );

let boundaries = 0;

function multipart(kind: string, parts: readonly Part[], parameters = '', style = '----=_Part_'): Part {
  boundaries += 1;
  const boundary = `${style}${boundaries}_${boundaries * 7919}`;
  const inner = parts.map(({ fields, body }) => `--${boundary}${crlf}${joined(fields)}${crlf}${body}${crlf}`);
  return {
    fields: [`Content-Type: multipart/${kind};${parameters}${crlf}\tboundary="${boundary}"`],
    body: `This is a multi-part message in MIME format.${crlf}${crlf}${inner.join('')}--${boundary}--${crlf}`,
  };
}

function composed(
  name: string,
  fields: readonly string[],
  content: Part,
  more: Omit<Made, 'name' | 'source'> = {},
): Made {
  return mail(name, [...fields, 'MIME-Version: 1.0', ...content.fields], content.body, more);
}

const plain = (text: string) => part('text/plain; charset="utf-8"', utf8(text), 'Content-Transfer-Encoding: 8bit');
const html = (text: string) => part('text/html; charset="utf-8"', utf8(text), 'Content-Transfer-Encoding: 8bit');
const quoted = (type: string, text: string) => part(type, text, 'Content-Transfer-Encoding: quoted-printable');
const image = (id: string) => ({
  ...file('image/png', 'image001.png', bytes(700, 3), 'inline'),
  fields: [
    `Content-Type: image/png; name="image001.png"`,
    'Content-Transfer-Encoding: base64',
    `Content-ID: <${id}>`,
    'Content-Disposition: inline; filename="image001.png"',
  ],
});
const alternative = multipart('alternative', [plain('Grüße'), html('<p>Grüße</p>')]);

const outlook: Made[] = [
  composed(
    'Outlook: related in alternative in mixed',
    [
      'From: "M\xfcller, J\xf6rg" <desk@shop.test>',
      'Thread-Index: AdmAbCd==',
      'X-Mailer: Microsoft Outlook 16.0',
      'Content-Language: de',
      'X-MS-Has-Attach: yes',
      'Importance: high',
      'x-originating-ip: [192.0.2.1]',
    ],
    multipart(
      'mixed',
      [
        multipart(
          'related',
          [
            multipart(
              'alternative',
              [
                quoted('text/plain;\r\n\tcharset="iso-8859-1"', 'Gr=FC=DFe=20\r\n\r\nJ=F6rg'),
                quoted('text/html;\r\n\tcharset="iso-8859-1"', '<p>Gr=FC=DFe <img src=3D"cid:image001.png@01"></p>'),
              ],
              '',
              '----=_NextPart_000_',
            ),
            image('image001.png@01'),
          ],
          ' type="multipart/alternative";',
          '----=_NextPart_001_',
        ),
        file('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'Angebot.docx', bytes(3000, 5)),
      ],
      '',
      '----=_NextPart_002_',
    ),
  ),
  composed(
    'Outlook: winmail.dat',
    ['X-MS-TNEF-Correlator: <1@shop.test>'],
    multipart('mixed', [plain('see attachment'), file('application/ms-tnef', 'winmail.dat', bytes(2000, 9))]),
  ),
  mail(
    'Outlook: plain with a tab-folded subject',
    [
      'Subject: A long subject that Outlook folds with a tab because it is',
      '\tlonger than it should be',
      'Thread-Topic: A long',
      'Accept-Language: de-DE, en-US',
      'Content-Type: text/plain; charset="us-ascii"',
      'Content-Transfer-Encoding: 7bit',
      'MIME-Version: 1.0',
    ],
    `Hello${crlf}${crlf}${crlf}`,
  ),
  composed(
    'Outlook: meeting request',
    ['Subject: Meeting'],
    multipart('alternative', [
      plain('Meeting'),
      part(
        'text/calendar; method=REQUEST; charset="utf-8"',
        base64('BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n'),
        'Content-Transfer-Encoding: base64',
      ),
    ]),
  ),
];

const gmail: Made[] = [
  composed(
    'Gmail: alternative',
    [
      'X-Gm-Message-State: AOJu0Yw',
      'References: <a@mail.gmail.com> <b@mail.gmail.com>',
      'In-Reply-To: <b@mail.gmail.com>',
      'Subject: =?UTF-8?B?R3LDvMOfZSDwn5GL?=',
    ],
    multipart(
      'alternative',
      [
        part('text/plain; charset="UTF-8"', base64('Grüße 👋'), 'Content-Transfer-Encoding: base64'),
        part(
          'text/html; charset="UTF-8"',
          '<div dir=3D"ltr">Gr=C3=BC=C3=9Fe</div>',
          'Content-Transfer-Encoding: quoted-printable',
        ),
      ],
      '',
      '000000000000',
    ),
  ),
  composed(
    'Gmail: attachment with an id',
    [],
    multipart('mixed', [
      alternative,
      {
        ...file('application/pdf', 'plan.pdf', bytes(5000, 2)),
        fields: [
          'Content-Type: application/pdf; name="plan.pdf"',
          'Content-Disposition: attachment; filename="plan.pdf"',
          'Content-Transfer-Encoding: base64',
          'X-Attachment-Id: f_abc',
          'Content-ID: <f_abc>',
        ],
      },
    ]),
  ),
  composed(
    'Gmail: forwarded as attachment',
    [],
    multipart('mixed', [
      plain('see below'),
      part(
        'message/rfc822; name="old.eml"',
        `From: a@b.test${crlf}Subject: old${crlf}${crlf}old text`,
        'Content-Disposition: attachment; filename="old.eml"',
      ),
    ]),
  ),
];

const apple: Made[] = [
  composed(
    'Apple Mail: text, picture, text',
    ['X-Mailer: Apple Mail (2.3774.300.61)'],
    multipart(
      'mixed',
      [
        part('text/plain;\r\n\tcharset=us-ascii', 'above', 'Content-Transfer-Encoding: 7bit'),
        file('image/jpeg', 'IMG_0001.jpeg', bytes(900, 4), 'inline'),
        part('text/plain;\r\n\tcharset=us-ascii', '\r\nbelow', 'Content-Transfer-Encoding: 7bit'),
      ],
      '',
      'Apple-Mail=_',
    ),
  ),
  composed(
    'Apple Mail: related with html only',
    [],
    multipart(
      'related',
      [html('<html><img src="cid:X"></html>'), image('X')],
      `${crlf}\ttype="text/html";`,
      'Apple-Mail-',
    ),
  ),
  composed(
    'Apple Mail: name in RFC 2231',
    [],
    multipart('mixed', [
      plain('x'),
      {
        fields: [
          'Content-Disposition: attachment;',
          "\tfilename*=utf-8''%C3%9Cberblick%202025.pdf",
          'Content-Type: application/pdf;',
          '\tx-unix-mode=0644;',
          '\tname="=?utf-8?Q?=C3=9Cberblick_2025=2Epdf?="',
          'Content-Transfer-Encoding: base64',
        ],
        body: base64(bytes(100, 1)),
      },
    ]),
  ),
];

const secured: Made[] = [
  composed(
    'S/MIME signed',
    [],
    multipart(
      'signed',
      [plain('signed text  '), file('application/pkcs7-signature', 'smime.p7s', bytes(1500, 7))],
      ` protocol="application/pkcs7-signature"; micalg=sha-256;`,
    ),
  ),
  composed(
    'S/MIME signed, white space that counts',
    [],
    multipart(
      'signed',
      [
        part('text/plain', `a \t \r\n\r\n\r\n-- \r\nb`),
        file('application/pkcs7-signature', 'smime.p7s', bytes(700, 8)),
      ],
      ' protocol="application/pkcs7-signature"; micalg=sha1;',
    ),
  ),
  mail(
    'S/MIME encrypted',
    [
      'MIME-Version: 1.0',
      'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename="smime.p7m"',
    ],
    `${base64(bytes(4000, 11))}${crlf}`,
  ),
  mail(
    'S/MIME opaque signed',
    [
      'MIME-Version: 1.0',
      'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m',
      'Content-Transfer-Encoding: base64',
    ],
    `${base64(bytes(2000, 12))}${crlf}`,
  ),
  composed(
    'PGP/MIME signed',
    [],
    multipart(
      'signed',
      [
        plain('signed'),
        part(
          'application/pgp-signature; name="signature.asc"',
          '-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----',
        ),
      ],
      ' micalg=pgp-sha512; protocol="application/pgp-signature";',
    ),
  ),
  composed(
    'PGP/MIME encrypted',
    [],
    multipart(
      'encrypted',
      [
        part('application/pgp-encrypted', 'Version: 1'),
        part(
          'application/octet-stream; name="encrypted.asc"',
          '-----BEGIN PGP MESSAGE-----\r\n\r\nhQ==\r\n-----END PGP MESSAGE-----',
        ),
      ],
      ' protocol="application/pgp-encrypted";',
    ),
  ),
  mail(
    'PGP inline',
    ['Content-Type: text/plain; charset=utf-8', 'MIME-Version: 1.0'],
    joined([
      '-----BEGIN PGP SIGNED MESSAGE-----',
      'Hash: SHA512',
      '',
      '- --dash escaped',
      '-----BEGIN PGP SIGNATURE-----',
      '',
      'iQ==',
      '-----END PGP SIGNATURE-----',
    ]),
  ),
  composed(
    'Autocrypt',
    [
      `Autocrypt: addr=desk@shop.test; keydata=${crlf} ${(base64(bytes(600, 6)).match(/.{1,70}/g) ?? []).join(`${crlf} `).replace(/\r\n \r\n/g, crlf)}`,
    ],
    plain('x'),
  ),
];

const calendars: Made[] = ['REQUEST', 'CANCEL', 'REPLY', 'PUBLISH'].map(method =>
  composed(
    `calendar: ${method}`,
    [],
    multipart('mixed', [
      multipart('alternative', [
        plain('Termin'),
        html('<p>Termin</p>'),
        part(
          `text/calendar; charset=UTF-8; method=${method}`,
          utf8(
            joined([
              'BEGIN:VCALENDAR',
              `METHOD:${method}`,
              'SUMMARY:Gespräch',
              'ATTENDEE;CN="Ana":mailto:ana@inbox.test',
              'END:VCALENDAR',
            ]),
          ),
          'Content-Transfer-Encoding: 8bit',
        ),
      ]),
      file('application/ics', 'invite.ics', Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n')),
    ]),
  ),
);

const newsletters: Made[] = [
  composed(
    'AMP',
    [],
    multipart('alternative', [
      plain('text'),
      part('text/x-amp-html; charset="UTF-8"', '<!doctype html><html amp4email><body>AMP</body></html>'),
      html('<p>html</p>'),
    ]),
  ),
  composed(
    'newsletter with List fields',
    [
      'List-Unsubscribe: <https://shop.test/u?a=1>,',
      ' <mailto:u@shop.test>',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      'List-Id: "News" <news.shop.test>',
      'List-Help: <https://shop.test/h>',
      'List-Archive: <https://shop.test/a>',
      'Precedence: bulk',
      'Feedback-ID: spring:shop:news:shopnews',
    ],
    alternative,
  ),
  composed(
    'mailing list',
    [
      'List-Post: <mailto:list@shop.test>',
      'List-Owner: <mailto:owner@shop.test>',
      'Sender: list-bounces@shop.test',
      'X-BeenThere: list@shop.test',
      'X-Mailman-Version: 2.1.39',
      'Errors-To: list-bounces@shop.test',
    ],
    plain('Hello list\r\n-- \r\nfooter'),
  ),
  composed(
    'complaints go elsewhere',
    ['CFBL-Address: fbl@shop.test; report=arf', 'CFBL-Feedback-ID: 1187'],
    plain('x'),
  ),
  composed(
    'large HTML',
    [],
    multipart('alternative', [
      plain('text'),
      quoted('text/html; charset=utf-8', `<table>${'<tr><td>cell</td></tr>=\r\n'.repeat(3000)}</table>`),
    ]),
  ),
];

const charsets: Made[] = (
  [
    ['iso-2022-jp', '\x1b$B$3$s$K$A$O\x1b(B', '7bit'],
    ['koi8-r', '\xf0\xd2\xc9\xd7\xc5\xd4', '8bit'],
    ['gb18030', '\xc4\xe3\xba\xc3', '8bit'],
    ['windows-1252', '\x80 \x93quoted\x94 \x85', '8bit'],
    ['windows-1251', '\xcf\xf0\xe8\xe2\xe5\xf2', '8bit'],
    ['shift_jis', '\x82\xb1\x82\xf1', '8bit'],
    ['euc-kr', '\xbe\xc8\xb3\xe7', '8bit'],
    ['big5', '\xa7A\xa6n', '8bit'],
    ['iso-8859-15', '\xa4 Euro', '8bit'],
    ['utf-8', utf8('Ünïcödé 👩‍👩‍👧 e\u0301 \u00a0'), '8bit'],
    ['x-unknown', '\xff\xfe\xfd', '8bit'],
  ] as const
).map(([charset, text, encoding]) =>
  mail(
    `character set ${charset}`,
    [
      `Subject: =?${charset.replace('x-unknown', 'utf-8')}?B?${base64(Buffer.from(charset === 'x-unknown' ? 'abc' : text, 'latin1'))}?=`,
      'MIME-Version: 1.0',
      `Content-Type: text/plain; charset=${charset}`,
      `Content-Transfer-Encoding: ${encoding}`,
    ],
    `${text}${crlf}.${crlf}..${text}${crlf}`,
  ),
);

const headers: Made[] = [
  mail(
    'odd folding',
    [
      'Subject:',
      ' starts on the next line',
      '\t and goes on',
      'X-Empty:',
      'X-Space: ',
      'X-Blank-Fold: a',
      ' \t',
      ' b',
      'X-No-Space:value',
    ],
    `x${crlf}`,
  ),
  mail('white space before the colon', ['Subject : old style', 'X-Old\t: yes'], `x${crlf}`),
  mail(
    'names in odd case',
    ['SUBJECT: loud', 'mime-VERSION: 1.0', 'content-TYPE: TEXT/PLAIN; CHARSET=US-ASCII'],
    `x${crlf}`,
  ),
  mail(
    'raw UTF-8 in the header',
    [`Subject: ${utf8('Grüße ohne Kodierung')}`, `X-Note: ${utf8('日本語')}`],
    `x${crlf}`,
  ),
  mail('raw latin1 in the header', ['Subject: Gr\xfc\xdfe', 'X-Note: \xe9\xe8'], `x${crlf}`),
  mail(
    'encoded-words cut in the middle of a character',
    ['Subject: =?utf-8?B?w7w=?= =?utf-8?Q?=C3?=', ' =?utf-8?Q?=BC?='],
    `x${crlf}`,
  ),
  mail('two fields of one name', ['Subject: one', 'Subject: two', 'X-A: 1', 'X-A: 1'], `x${crlf}`),
  mail('comments and quotes in From', ['From: "Shop \\"Desk\\" (night)" (a comment) <desk@shop.test>'], `x${crlf}`),
  mail(
    'an encoded From, folded',
    ['From: =?UTF-8?B?w5xiZXI=?=', ' =?UTF-8?Q?_Laden?= <desk@shop.test>', 'Sender: office@shop.test'],
    `x${crlf}`,
  ),
  mail('several Reply-To', ['Reply-To: a@shop.test, "B, the second" <b@shop.test>'], `x${crlf}`),
  mail('no date', ['Subject: no date'], `x${crlf}`),
  mail('a date in a zone of its own', ['Date: Tue, 1 Apr 2025 09:05 -0330 (NST)'], `x${crlf}`),
  mail('an id that stays', ['X-PM-KeepID: true', 'Message-ID: <kept.1@shop.test>'], `x${crlf}`),
  mail('an id that goes', ['Message-ID:', ' <gone.1@shop.test>'], `x${crlf}`),
  mail(
    'fields that go',
    [
      'Received: from a (b [192.0.2.1])',
      '\tby c; Tue, 1 Apr 2025 09:05:00 +0000',
      'Return-Path: <x@shop.test>',
      'Bcc: hidden@inbox.test',
      'DKIM-Signature: v=1; a=rsa-sha256;',
      '\tb=abc',
      'X-PM-Tag: order',
      'X-PM-Metadata-Customer: 1187',
      'X-PM-TrackOpens: false',
      'X-PM-Track-Links: None',
      'X-PM-Message-Stream: outbound',
      'Resent-Bcc: x@y.test',
    ],
    `x${crlf}`,
  ),
  mail(
    'authentication results of others',
    [
      'Authentication-Results: mx.shop.test; spf=pass',
      'ARC-Seal: i=1; a=rsa-sha256; b=abc',
      'ARC-Message-Signature: i=1; b=abc',
      'Received-SPF: pass',
    ],
    `x${crlf}`,
  ),
  mail(
    'resent',
    ['Resent-From: other@shop.test', 'Resent-To: reader@inbox.test', 'Resent-Date: Tue, 1 Apr 2025 09:05:00 +0000'],
    `x${crlf}`,
  ),
  mail('a separator of mbox files', [], `x${crlf}`),
  mail(
    'many fields',
    Array.from({ length: 300 }, (_, index) => `X-Field-${index}: ${'value '.repeat(index % 12)}`),
    `x${crlf}`,
  ),
  mail(
    'long references',
    [`References: ${Array.from({ length: 80 }, (_, index) => `<${index}.abc@shop.test>`).join(`${crlf} `)}`],
    `x${crlf}`,
  ),
  mail('a field of 900 characters in one line', [`X-Long: ${'x'.repeat(900)}`], `x${crlf}`),
  mail(
    'SpamAssassin and friends',
    [
      'X-Spam-Status: No, score=-1.9 required=5.0 tests=BAYES_00,',
      '\tDKIM_SIGNED autolearn=ham',
      'X-Priority: 1 (Highest)',
      'X-Auto-Response-Suppress: All',
      'Auto-Submitted: auto-generated',
    ],
    `x${crlf}`,
  ),
];

const recipients: Made[] = [
  mail(
    'a huge To',
    [
      `To: ${Array.from({ length: 400 }, (_, index) => `"Person ${index}" <p${index}@elsewhere.test>`).join(`,${crlf} `)}`,
    ],
    `x${crlf}`,
    { recipients: ['reader@inbox.test'] },
  ),
  mail(
    'fifty recipients',
    [`To: ${Array.from({ length: 25 }, (_, index) => `r${index}@inbox.test`).join(`,${crlf}\t`)}`],
    `x${crlf}`,
    { recipients: Array.from({ length: 50 }, (_, index) => `r${index}@inbox.test`) },
  ),
  mail('groups', ['To: Friends: Ana <ana@inbox.test>, ben@inbox.test;, undisclosed-recipients:;'], `x${crlf}`, {
    recipients: ['ana@inbox.test', 'ben@inbox.test'],
  }),
  mail('nobody is named', ['Cc: undisclosed-recipients:;'], `x${crlf}`, {
    recipients: ['hidden-1@inbox.test', 'hidden-2@inbox.test'],
  }),
  mail('Bcc only', ['Bcc: hidden@inbox.test', 'X-Only: bcc'], `x${crlf}`, { recipients: ['hidden@inbox.test'] }),
  mail('To that cannot be read', ['To: "open quote <a@b>, ,;;<'], `x${crlf}`),
  mail(
    'UTF-8 addresses',
    [`To: ${utf8('Jürgen <reader@inbox.test>')}`, `Cc: ${utf8('jürgen@elsewhere.test')}`],
    `x${crlf}`,
    { isSmtpUtf8: true },
  ),
  mail('quoted-pairs in names', ['To: "a \\"b\\" \\\\ c" <reader@inbox.test>'], `x${crlf}`),
];

const bodies: Made[] = [
  mail('an empty body', ['Subject: empty'], ''),
  mail('empty lines only', [], `${crlf}${crlf}${crlf}`),
  mail('no subject, no type', [], `just text${crlf}`),
  mail('dots', [], `.${crlf}..${crlf}...${crlf}.x${crlf} .${crlf}`),
  mail('From at the start of lines', [], `From here${crlf}>From there${crlf}`),
  mail('trailing white space', [], `a \t${crlf} ${crlf}\t${crlf}b  ${crlf}${crlf}${crlf}`),
  mail('uuencode', [], joined(['begin 644 a.txt', '#0V%T', '`', 'end'])),
  mail('yEnc and control characters', [], `=ybegin line=128\r\n\x01\x02\x7f\x1b\x08${crlf}`),
  mail(
    'format=flowed',
    ['Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes', 'MIME-Version: 1.0'],
    `a paragraph that ${crlf}goes on${crlf}>> quoted ${crlf}`,
  ),
  mail('lines of 998 characters', [], `${'x'.repeat(998)}${crlf}`.repeat(5)),
  mail(
    'a line of 5,000 characters',
    ['Content-Type: text/html; charset=utf-8', 'MIME-Version: 1.0'],
    `<p>${utf8('langer Text ').repeat(420)}</p>${crlf}`,
    { isShortened: true },
  ),
  composed(
    'long lines in one of two parts',
    [],
    multipart('alternative', [plain('kurz'), html(`<p>${'übermäßig '.repeat(300)}</p>`)]),
    { isShortened: true },
  ),
  mail(
    'base64 in one line',
    ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'],
    `${Buffer.from('Grüße '.repeat(400)).toString('base64')}${crlf}`,
    { isShortened: true },
  ),
  mail(
    'quoted-printable with lower-case digits and soft breaks',
    ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: Quoted-Printable'],
    `Gr=c3=bc=C3=9Fe =${crlf}und mehr=20${crlf}`,
  ),
  mail(
    'a binary body declared 8bit',
    ['MIME-Version: 1.0', 'Content-Type: application/octet-stream', 'Content-Transfer-Encoding: 8bit'],
    Buffer.concat(
      Array.from({ length: 200 }, (_, line) =>
        Buffer.concat([
          Buffer.from(
            Array.from({ length: 60 }, (_, at) => 1 + ((line * 7 + at * 13) % 255)).filter(
              byte => byte !== 10 && byte !== 13,
            ),
          ),
          Buffer.from(crlf),
        ]),
      ),
    ),
  ),
  mail(
    'a megabyte',
    ['MIME-Version: 1.0', 'Content-Type: application/zip; name=a.zip', 'Content-Transfer-Encoding: base64'],
    `${base64(bytes(700_000, 13))}${crlf}`,
  ),
];

const structures: Made[] = [
  composed(
    'mixed in related in alternative',
    [],
    multipart('alternative', [
      plain('t'),
      multipart('related', [
        html('<img src="cid:a">'),
        image('a'),
        multipart('mixed', [file('text/csv', 'table.csv', Buffer.from('a;b'))]),
      ]),
    ]),
  ),
  composed(
    'ten levels',
    [],
    Array.from({ length: 10 }).reduce<Part>(
      (inner, _, level) => multipart(level % 2 ? 'mixed' : 'alternative', [inner, plain(`level ${level}`)]),
      plain('core'),
    ),
  ),
  composed('one part in a multipart', [], multipart('mixed', [plain('alone')])),
  composed('an empty part', [], multipart('mixed', [{ fields: [], body: '' }, plain('x')])),
  composed(
    'parts without a header',
    [],
    multipart('mixed', [
      { fields: [], body: 'no header' },
      { fields: [], body: 'none here' },
    ]),
  ),
  mail(
    'a boundary that never comes',
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="lost"'],
    `no boundary here${crlf}`,
  ),
  mail(
    'a multipart without its end',
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=cut'],
    `--cut${crlf}${crlf}a${crlf}--cut${crlf}${crlf}b${crlf}`,
  ),
  mail(
    'a boundary with odd characters',
    ['MIME-Version: 1.0', `Content-Type: multipart/mixed; boundary="a b'()+_,-./:=?c"`],
    `--a b'()+_,-./:=?c${crlf}${crlf}x${crlf}--a b'()+_,-./:=?c--${crlf}`,
  ),
  mail(
    'a boundary with white space behind it',
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=w'],
    `--w  \t${crlf}${crlf}x${crlf}--w-- ${crlf}epilogue${crlf}`,
  ),
  composed(
    'a delivery report that is forwarded',
    ['Auto-Submitted: auto-replied'],
    multipart(
      'report',
      [
        plain('failed'),
        part(
          'message/delivery-status',
          joined([
            'Reporting-MTA: dns; mx.inbox.test',
            '',
            'Final-Recipient: rfc822; ana@inbox.test',
            'Action: failed',
            'Status: 5.1.1',
          ]),
        ),
        part('text/rfc822-headers', joined(['From: a@b.test', 'Bcc: in.a.part@b.test'])),
      ],
      ' report-type=delivery-status;',
    ),
  ),
  composed(
    'a read receipt',
    ['Disposition-Notification-To: desk@shop.test'],
    multipart(
      'report',
      [
        plain('read'),
        part(
          'message/disposition-notification',
          joined([
            'Final-Recipient: rfc822; ana@inbox.test',
            'Disposition: manual-action/MDN-sent-manually; displayed',
          ]),
        ),
      ],
      ' report-type=disposition-notification;',
    ),
  ),
  composed(
    'a digest',
    [],
    multipart('digest', [
      { fields: [], body: `From: a@b.test${crlf}Subject: 1${crlf}${crlf}one` },
      { fields: [], body: `From: a@b.test${crlf}${crlf}two` },
    ]),
  ),
  composed(
    'a message within the message, boundary and all',
    [],
    multipart('mixed', [
      plain('see'),
      part(
        'message/rfc822',
        `X-PM-Tag: inner${crlf}DKIM-Signature: inner${crlf}MIME-Version: 1.0${crlf}${joined(alternative.fields)}${crlf}${alternative.body}`,
      ),
    ]),
  ),
  composed(
    'a partial message',
    [],
    part('message/partial; id="a@b"; number=1; total=2', `From: a@b.test${crlf}${crlf}half`),
  ),
  composed(
    'an external body',
    [],
    multipart('mixed', [
      plain('x'),
      part('message/external-body; access-type=URL; URL="https://shop.test/a"', 'Content-Type: a/b\r\n\r\n'),
    ]),
  ),
];

const names: Made[] = (
  [
    ['pieces', ["Content-Disposition: attachment; filename*0*=utf-8''%C3%9Cber; filename*1=sicht; filename*2=.pdf"]],
    ['a name in raw UTF-8', [`Content-Disposition: attachment; filename="${utf8('Übersicht.pdf')}"`]],
    ['a name with quotes and backslashes', ['Content-Disposition: attachment; filename="a \\"b\\" \\\\c.pdf"']],
    ['no quotes around a name with spaces', ['Content-Disposition: attachment; filename=a b c.pdf']],
    [
      'an encoded name of two words',
      ['Content-Disposition: attachment; filename="=?utf-8?Q?=C3=9C?= =?utf-8?Q?b.pdf?="'],
    ],
    ['a name in Shift_JIS', ["Content-Disposition: attachment; filename*=shift_jis'ja'%93%FA%96%7B.pdf"]],
  ] as const
).map(([name, fields]) =>
  composed(
    `file name: ${name}`,
    [],
    multipart('mixed', [
      plain('x'),
      {
        fields: ['Content-Type: application/pdf', 'Content-Transfer-Encoding: base64', ...fields],
        body: base64(bytes(60, 2)),
      },
    ]),
  ),
);

/** mbox(5) as some programs leave it on top. */
function withSeparator(made: Made): Made {
  if (made.name !== 'a separator of mbox files') return made;
  return {
    ...made,
    source: Buffer.concat([Buffer.from('From desk@shop.test Tue Apr  1 09:05:00 2025\r\n'), made.source]),
  };
}

const made = [
  outlook,
  gmail,
  apple,
  secured,
  calendars,
  newsletters,
  charsets,
  headers,
  recipients,
  bodies,
  structures,
  names,
].flat();

/** Its number in a field of the mail, and its place in this list. */
export const numberField = 'X-Shape';

export const submittedShapes: readonly SubmittedShape[] = made.map(withSeparator).map((each, number) => {
  const fields = Buffer.from(`${numberField}: ${number}\r\n`);
  const start = each.source.subarray(0, 5).toString('latin1') === 'From ' ? each.source.indexOf(crlf) + 2 : 0;
  const source = Buffer.concat([each.source.subarray(0, start), fields, each.source.subarray(start)]);
  return { ...each, source, recipients: each.recipients ?? ['reader@inbox.test'] };
});
