// Parts in every arrangement that mail programs and servers make: files, invitations, forwarded and signed mail, reports.

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

const pdf: FileForm = { name: 'invoice.pdf', type: 'application/pdf', content: document };
const inner = 'From: eve@other.test\r\nSubject: The old one\r\n\r\nOld text\r\n';

const calendar = (method: string) =>
  `BEGIN:VCALENDAR\r\nPRODID:-//Client//EN\r\nVERSION:2.0\r\nMETHOD:${method}\r\nBEGIN:VEVENT\r\nUID:1@client.test\r\nSUMMARY:Büro\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
const calendarBytes = (method: string) => Buffer.from(calendar(method));

const calendars: NormalMail[] = [
  writeMail('an invitation of Google Calendar', {
    content: multipart('mixed', 'g1', [
      multipart('alternative', 'g2', [
        text('You have been invited.\r\n'),
        html('<p>You have been invited.</p>'),
        text(calendar('REQUEST'), 'text/calendar; charset="UTF-8"; method=REQUEST'),
      ]),
      file({ name: 'invite.ics', type: 'application/ics', content: calendarBytes('REQUEST') }),
    ]),
    expected: {
      text: 'You have been invited.\n',
      html: '<p>You have been invited.</p>',
      attachments: [
        {
          name: 'invite.ics',
          contentType: 'text/calendar; charset="UTF-8"; method="REQUEST"',
          content: calendarBytes('REQUEST'),
        },
        attachmentOf({ name: 'invite.ics', type: 'application/ics', content: calendarBytes('REQUEST') }),
      ],
    },
  }),
  writeMail('an invitation of Outlook', {
    header: ['Content-class: urn:content-classes:calendarmessage'],
    content: multipart('alternative', '_000_o1', [
      text('When: Tuesday\r\n'),
      html('<p>When: Tuesday</p>'),
      part(
        ['Content-Type: text/calendar; charset="utf-8"; method=REQUEST', 'Content-Transfer-Encoding: base64'],
        base64(calendarBytes('REQUEST')),
      ),
    ]),
    expected: {
      text: 'When: Tuesday\n',
      html: '<p>When: Tuesday</p>',
      attachments: [
        {
          name: 'invite.ics',
          contentType: 'text/calendar; charset="utf-8"; method="REQUEST"',
          content: calendarBytes('REQUEST'),
        },
      ],
    },
  }),
  writeMail('an answer to an invitation, alone', {
    content: part(
      [
        'Content-Type: text/calendar; method=REPLY; charset=UTF-8; name="meeting.ics"',
        'Content-Transfer-Encoding: 8bit',
      ],
      utf8(calendar('REPLY')),
    ),
    expected: {
      attachments: [
        {
          name: 'meeting.ics',
          contentType: 'text/calendar; method="REPLY"; charset="UTF-8"',
          content: calendarBytes('REPLY'),
        },
      ],
    },
  }),
];

const messages: NormalMail[] = [
  writeMail('a message forwarded as a file', {
    content: multipart('mixed', 'f', [
      text('See below\r\n'),
      part(['Content-Type: message/rfc822', 'Content-Disposition: attachment'], inner),
    ]),
    expected: {
      text: 'See below\n',
      attachments: [{ name: 'The old one.eml', contentType: 'message/rfc822', content: Buffer.from(inner) }],
    },
  }),
  writeMail('a message forwarded under a name and a character set', {
    content: multipart('mixed', 'f', [
      part(
        [
          'Content-Type: message/rfc822; charset="us-ascii"; name="old.eml"',
          'Content-Disposition: inline; filename="old.eml"',
        ],
        inner,
      ),
    ]),
    expected: {
      attachments: [
        { name: 'old.eml', contentType: 'message/rfc822; charset="us-ascii"', content: Buffer.from(inner) },
      ],
    },
  }),
  writeMail('a forwarded message with parts of its own', {
    content: multipart('mixed', 'f', [
      text('See below\r\n'),
      part(
        ['Content-Type: message/rfc822'],
        `Subject: =?utf-8?q?=C3=9Cber_a/b?=\r\n${multipart('mixed', 'i', [text('inner'), file(pdf)])}`,
      ),
      file(pdf),
    ]),
    expected: {
      text: 'See below\n',
      attachments: [
        {
          name: 'Über a-b.eml',
          contentType: 'message/rfc822',
          content: Buffer.from(
            `Subject: =?utf-8?q?=C3=9Cber_a/b?=\r\n${multipart('mixed', 'i', [text('inner'), file(pdf)])}`,
            'latin1',
          ),
        },
        attachmentOf(pdf),
      ],
    },
  }),
  writeMail('a forwarded message without a subject', {
    content: multipart('mixed', 'f', [part(['Content-Type: message/rfc822'], 'From: eve@other.test\r\n\r\nx')]),
    expected: {
      attachments: [
        {
          name: 'attachment-1.eml',
          contentType: 'message/rfc822',
          content: Buffer.from('From: eve@other.test\r\n\r\nx'),
        },
      ],
    },
  }),
  writeMail('a forwarded message in base64', {
    content: multipart('mixed', 'f', [
      part(['Content-Type: message/rfc822; name=a.eml', 'Content-Transfer-Encoding: base64'], base64(inner)),
    ]),
    expected: { attachments: [{ name: 'a.eml', contentType: 'message/rfc822', content: Buffer.from(inner) }] },
  }),
  writeMail('a digest', {
    content: multipart('mixed', 'd', [
      text('Two messages\r\n'),
      multipart('digest', 'e', [`\r\n${inner}`, part(['Content-Type: message/rfc822'], 'Subject: Two\r\n\r\n2')]),
    ]),
    expected: {
      text: 'Two messages\n',
      attachments: [
        { name: 'The old one.eml', contentType: 'message/rfc822', content: Buffer.from(inner) },
        { name: 'Two.eml', contentType: 'message/rfc822', content: Buffer.from('Subject: Two\r\n\r\n2') },
      ],
    },
  }),
  writeMail('a forwarded message in the text', {
    header: ['Subject: Fwd: Order 1042'],
    content: text(
      'FYI\r\n\r\n---------- Forwarded message ---------\r\nFrom: Eve <eve@other.test>\r\n\r\nOld text\r\n',
    ),
    expected: {
      subject: 'Fwd: Order 1042',
      text: 'FYI\n\n---------- Forwarded message ---------\nFrom: Eve <eve@other.test>\n\nOld text\n',
    },
  }),
];

const status =
  'Reporting-MTA: dns; mx.buyer.test\r\n\r\nFinal-Recipient: rfc822; bob@buyer.test\r\nAction: failed\r\nStatus: 5.1.1\r\n';

const reports: NormalMail[] = [
  writeMail('a report of failed delivery', {
    header: ['From: Mail Delivery System <MAILER-DAEMON@mx.buyer.test>', 'Auto-Submitted: auto-replied'],
    content: multipart(
      'report',
      'r',
      [
        text('It could not be delivered.\r\n'),
        part(['Content-Type: message/delivery-status', 'Content-Description: Delivery report'], status),
        part(['Content-Type: text/rfc822-headers'], 'Subject: Lost\r\n'),
      ],
      '; report-type=delivery-status',
    ),
    expected: {
      from: { name: 'Mail Delivery System', address: 'MAILER-DAEMON@mx.buyer.test' },
      text: 'It could not be delivered.\n',
      attachments: [
        { name: 'delivery-status.txt', contentType: 'message/delivery-status', content: Buffer.from(status) },
        { name: 'headers.txt', contentType: 'text/rfc822-headers', content: Buffer.from('Subject: Lost\r\n') },
      ],
    },
  }),
  writeMail('a receipt that a mail was read', {
    content: multipart(
      'report',
      'r',
      [
        text('It was displayed.\r\n'),
        part(['Content-Type: message/disposition-notification'], 'Disposition: manual-action; displayed\r\n'),
      ],
      '; report-type=disposition-notification',
    ),
    expected: {
      text: 'It was displayed.\n',
      attachments: [
        {
          name: 'disposition-notification.txt',
          contentType: 'message/disposition-notification',
          content: Buffer.from('Disposition: manual-action; displayed\r\n'),
        },
      ],
    },
  }),
];

const signatures: NormalMail[] = [
  writeMail('a mail signed by PGP', {
    content: multipart(
      'signed',
      's',
      [text('Signed\r\n'), part(['Content-Type: application/pgp-signature'], '-----BEGIN PGP SIGNATURE-----\r\n')],
      '; protocol="application/pgp-signature"; micalg=pgp-sha256',
    ),
    expected: {
      text: 'Signed\n',
      attachments: [
        {
          name: 'signature.asc',
          contentType: 'application/pgp-signature',
          content: Buffer.from('-----BEGIN PGP SIGNATURE-----\r\n'),
        },
      ],
    },
  }),
  writeMail('a mail encrypted by PGP', {
    content: multipart('encrypted', 's', [
      part(['Content-Type: application/pgp-encrypted'], 'Version: 1\r\n'),
      part(
        [
          'Content-Type: application/octet-stream; name="encrypted.asc"',
          'Content-Disposition: inline; filename="encrypted.asc"',
        ],
        '-----BEGIN PGP MESSAGE-----\r\n',
      ),
    ]),
    expected: {
      attachments: [
        { name: 'version.pgp', contentType: 'application/pgp-encrypted', content: Buffer.from('Version: 1\r\n') },
        {
          name: 'encrypted.asc',
          contentType: 'application/octet-stream',
          content: Buffer.from('-----BEGIN PGP MESSAGE-----\r\n'),
        },
      ],
    },
  }),
  writeMail('a mail signed by S/MIME', {
    content: multipart('signed', 's', [
      multipart('alternative', 't', [text('Signed\r\n'), html('<p>Signed</p>')]),
      file({ name: 'smime.p7s', type: 'application/pkcs7-signature', content: picture }),
    ]),
    expected: {
      text: 'Signed\n',
      html: '<p>Signed</p>',
      attachments: [attachmentOf({ name: 'smime.p7s', type: 'application/pkcs7-signature', content: picture })],
    },
  }),
  writeMail('a mail encrypted by S/MIME', {
    content: part(
      ['Content-Type: application/pkcs7-mime; smime-type=enveloped-data', 'Content-Transfer-Encoding: base64'],
      base64(picture),
    ),
    expected: {
      attachments: [
        { name: 'smime.p7m', contentType: 'application/pkcs7-mime; smime-type="enveloped-data"', content: picture },
      ],
    },
  }),
];

function named(name: string, fields: readonly string[], shown: string): NormalMail {
  return writeMail(`a file name ${name}`, {
    content: multipart('mixed', 'n', [
      text('x\r\n'),
      part([...fields, 'Content-Transfer-Encoding: base64'], base64(document)),
    ]),
    expected: { text: 'x\n', attachments: [{ name: shown, contentType: 'application/pdf', content: document }] },
  });
}

const type = 'Content-Type: application/pdf';
const names: NormalMail[] = [
  named('in the type alone', [`${type}; name="a b.pdf"`], 'a b.pdf'),
  named('as an encoded-word', [`${type}; name="=?utf-8?B?w5xiZXIucGRm?="`], 'Über.pdf'),
  named('as two encoded-words', [`${type};\r\n name="=?utf-8?Q?=C3=9Cb?=\r\n =?utf-8?Q?er.pdf?="`], 'Über.pdf'),
  named(
    'in percent signs',
    [type, "Content-Disposition: attachment; filename*=UTF-8''%C3%9Cber%20uns.pdf"],
    'Über uns.pdf',
  ),
  named(
    'in pieces',
    [
      type,
      'Content-Disposition: attachment;\r\n filename*0*=UTF-8\'\'%C3%9C;\r\n filename*1="ber";\r\n filename*2*=%2Epdf',
    ],
    'Über.pdf',
  ),
  named(
    'in pieces out of order',
    [type, 'Content-Disposition: attachment;\r\n filename*1="ber.pdf";\r\n filename*0="U"'],
    'Uber.pdf',
  ),
  named(
    'in both ways',
    [
      `${type}; name="=?utf-8?Q?=C3=9C.pdf?="`,
      'Content-Disposition: attachment; filename="U.pdf"; filename*=utf-8\'\'%C3%9C.pdf',
    ],
    'Ü.pdf',
  ),
  named('of bare UTF-8', [type, `Content-Disposition: attachment; filename="${utf8('Über.pdf')}"`], 'Über.pdf'),
  named('of bare Latin 1', [type, 'Content-Disposition: attachment; filename="\xdcber.pdf"'], 'Über.pdf'),
  named(
    'without quotes and with spaces',
    [type, 'Content-Disposition: attachment; filename=my file.pdf'],
    'my file.pdf',
  ),
  named(
    'with a semicolon and quotes in it',
    [type, 'Content-Disposition: attachment; filename="a;\\"b\\".pdf"'],
    'a;"b".pdf',
  ),
  named(
    'with a path of Windows',
    [type, 'Content-Disposition: attachment; filename="C:\\\\Users\\\\Ann\\\\a.pdf"'],
    'a.pdf',
  ),
  named('with a path of Unix', [type, 'Content-Disposition: attachment; filename="/home/ann/a.pdf"'], 'a.pdf'),
  named('that is missing', [type, 'Content-Disposition: attachment'], 'attachment-1.pdf'),
  named('that is empty', [type, 'Content-Disposition: attachment; filename=""'], 'attachment-1.pdf'),
];

const arrangements: NormalMail[] = [
  writeMail('a file alone', {
    content: part(
      [
        'Content-Type: application/pdf; name=scan.pdf',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename=scan.pdf',
      ],
      base64(document),
    ),
    expected: { attachments: [{ name: 'scan.pdf', contentType: 'application/pdf', content: document }] },
  }),
  writeMail('a text alone that has a name', {
    content: part(['Content-Type: text/plain; charset=utf-8; name="letter.txt"'], 'Hello\r\n'),
    expected: { text: 'Hello\n' },
  }),
  writeMail('a text file beside a text', {
    content: multipart('mixed', 't', [
      text('Hello\r\n'),
      part(
        [
          'Content-Type: text/plain; charset=iso-8859-1; name="notes.txt"',
          'Content-Disposition: inline; filename="notes.txt"',
        ],
        'Gr\xfc\xdfe\r\n',
      ),
    ]),
    expected: {
      text: 'Hello\n',
      attachments: [
        {
          name: 'notes.txt',
          contentType: 'text/plain; charset="iso-8859-1"',
          content: Buffer.from('Gr\xfc\xdfe\r\n', 'latin1'),
        },
      ],
    },
  }),
  writeMail('an HTML file beside a text', {
    content: multipart('mixed', 't', [
      text('Hello\r\n'),
      part(['Content-Type: text/html', 'Content-Disposition: attachment; filename="page.html"'], '<p>Page</p>'),
    ]),
    expected: {
      text: 'Hello\n',
      attachments: [{ name: 'page.html', contentType: 'text/html', content: Buffer.from('<p>Page</p>') }],
    },
  }),
  writeMail('pictures within HTML, with and without a name', {
    content: multipart('related', 'p', [
      html('<img src="cid:one@x"><img src="cid:two@x">'),
      part(['Content-Type: image/png', 'Content-Transfer-Encoding: base64', 'Content-ID: <one@x>'], base64(picture)),
      part(
        ['Content-Type: image/gif; name=two.gif', 'Content-Transfer-Encoding: base64', 'Content-Id:  <two@x> '],
        base64(picture),
      ),
    ]),
    expected: {
      html: '<img src="cid:one@x"><img src="cid:two@x">',
      attachments: [
        { name: 'attachment-1.png', contentType: 'image/png', content: picture, contentId: 'one@x' },
        { name: 'two.gif', contentType: 'image/gif', content: picture, contentId: 'two@x' },
      ],
    },
  }),
  writeMail('five levels of parts', {
    content: multipart('mixed', 'a', [
      multipart('mixed', 'ab', [
        multipart('related', 'abc', [
          multipart('alternative', 'abcd', [text('Deep\r\n'), multipart('related', 'abcde', [html('<b>Deep</b>')])]),
        ]),
      ]),
      file(pdf),
    ]),
    expected: { text: 'Deep\n', html: '<b>Deep</b>', attachments: [attachmentOf(pdf)] },
  }),
  writeMail('many files', {
    content: multipart(
      'mixed',
      'm',
      Array.from({ length: 20 }, (_, n) => file({ ...pdf, name: `${n}.pdf` })),
    ),
    expected: { attachments: Array.from({ length: 20 }, (_, n) => attachmentOf({ ...pdf, name: `${n}.pdf` })) },
  }),
  writeMail('a file of every byte', {
    content: multipart('mixed', 'm', [
      file({
        name: 'bytes.bin',
        type: 'application/octet-stream',
        content: Buffer.from(Array.from({ length: 1024 }, (_, n) => n & 255)),
      }),
    ]),
    expected: {
      attachments: [
        {
          name: 'bytes.bin',
          contentType: 'application/octet-stream',
          content: Buffer.from(Array.from({ length: 1024 }, (_, n) => n & 255)),
        },
      ],
    },
  }),
  writeMail('an empty file', {
    content: multipart('mixed', 'm', [file({ name: 'empty.txt', type: 'text/plain', content: Buffer.alloc(0) })]),
    expected: { attachments: [{ name: 'empty.txt', contentType: 'text/plain', content: Buffer.alloc(0) }] },
  }),
  writeMail('two base64 texts in one part', {
    content: multipart('mixed', 'm', [
      part(
        ['Content-Type: application/octet-stream; name=two.bin', 'Content-Transfer-Encoding: base64'],
        'SGVsbG8=\r\nIHRoZXJl\r\n',
      ),
    ]),
    expected: {
      attachments: [{ name: 'two.bin', contentType: 'application/octet-stream', content: Buffer.from('Hello there') }],
    },
  }),
  writeMail('a boundary that is missing at the end', {
    content: part(['Content-Type: multipart/mixed; boundary=m'], `--m\r\n${text('Hello')}\r\n--m\r\n${file(pdf)}`),
    expected: { text: 'Hello', attachments: [attachmentOf(pdf)] },
  }),
  writeMail('a boundary that is not told', {
    content: part(['Content-Type: multipart/mixed'], `\r\n--mark-17\r\n${text('Hello')}\r\n--mark-17--\r\n`),
    expected: { text: 'Hello' },
  }),
  writeMail('a multipart that is none', {
    content: part(['Content-Type: multipart/mixed; boundary=m'], 'Hello\r\n'),
    expected: { text: 'Hello\n' },
  }),
  writeMail('a file of a Macintosh in two forks', {
    content: multipart('mixed', 'm', [
      multipart('appledouble', 'd', [
        file({ name: 'invoice.pdf', type: 'application/applefile', content: picture }),
        file(pdf),
      ]),
    ]),
    expected: {
      attachments: [
        attachmentOf({ name: 'invoice.pdf', type: 'application/applefile', content: picture }),
        attachmentOf(pdf),
      ],
    },
  }),
];

export const structureMail: readonly NormalMail[] = [
  ...calendars,
  ...messages,
  ...reports,
  ...signatures,
  ...names,
  ...arrangements,
];
