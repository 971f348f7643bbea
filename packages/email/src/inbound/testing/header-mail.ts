// Header fields in the ways in which the world writes them: addresses, names, subjects, folds, repeated and missing fields.

import type { InboundMail } from '../inbound-mail.ts';
import type { HeaderLine } from './write-mail.ts';
import { multipart, type NormalMail, part, text, utf8, writeMail } from './write-mail.ts';

function headed(name: string, header: readonly HeaderLine[], expected: Partial<InboundMail>): NormalMail {
  return writeMail(name, { header, content: text('Hello\r\n'), expected: { text: 'Hello\n', ...expected } });
}

const ann = { name: 'Ann Berg', address: 'ann@client.test' };
const support = { name: 'Support', address: 'help@in.shop.test' };
const boss = { name: '', address: 'boss@client.test' };

const senders: NormalMail[] = [
  headed('a bare sender', ['From: ann@client.test'], { from: { name: '', address: 'ann@client.test' } }),
  headed('a sender in brackets alone', ['From: <ann@client.test>'], { from: { name: '', address: 'ann@client.test' } }),
  headed('a sender with his name behind', ['From: ann@client.test (Ann Berg)'], { from: ann }),
  headed('a sender in capital letters', ['FROM: "Ann Berg" <ann@client.test>'], { from: ann }),
  headed('a sender with a tag', ['From: Ann Berg <ann+shop@client.test>'], {
    from: { ...ann, address: 'ann+shop@client.test' },
  }),
  headed('a sender whose name holds quotes', ['From: "Ann \\"A\\" Berg" <ann@client.test>'], {
    from: { ...ann, name: 'Ann "A" Berg' },
  }),
  headed('a sender whose name holds a comma without quotes', ['From: Berg, Ann <ann@client.test>'], {
    from: { ...ann, name: 'Berg, Ann' },
  }),
  headed('a sender whose name is encoded within quotes', ['From: "=?utf-8?Q?Ann_B=C3=A9rg?=" <ann@client.test>'], {
    from: { ...ann, name: 'Ann Bérg' },
  }),
  headed('a sender whose encoded name holds a comma', ['From: =?utf-8?Q?Berg=2C_Ann?= <ann@client.test>'], {
    from: { ...ann, name: 'Berg, Ann' },
  }),
  headed('a sender whose name is bare UTF-8', [`From: ${utf8('Ann Bérg')} <ann@client.test>`], {
    from: { ...ann, name: 'Ann Bérg' },
  }),
  headed('a sender whose name is bare Latin 1', ['From: Ann B\xe9rg <ann@client.test>'], {
    from: { ...ann, name: 'Ann Bérg' },
  }),
  headed('a sender on behalf of another', ['From: Ann Berg via Shop <ann@client.test>', 'Sender: shop@shop.test'], {
    from: { ...ann, name: 'Ann Berg via Shop' },
  }),
  headed('two senders', ['From: Ann Berg <ann@client.test>, boss@client.test', 'Sender: ann@client.test'], {
    from: ann,
  }),
  headed('a sender with an international domain', [`From: ${utf8('Ann Berg <ann@bücher.test>')}`], {
    from: { ...ann, address: 'ann@bücher.test' },
  }),
  headed('a sender with a quoted local part', ['From: "Ann Berg" <"ann berg"@client.test>'], {
    from: { ...ann, address: '"ann berg"@client.test' },
  }),
];

const recipients: NormalMail[] = [
  headed(
    'several recipients',
    ['To: "Support" <help@in.shop.test>, boss@client.test', 'Cc: Ann Berg <ann@client.test>'],
    {
      to: [support, boss],
      cc: [ann],
    },
  ),
  headed(
    'recipients on folded lines',
    ['To: Support <help@in.shop.test>,\r\n\tboss@client.test,\r\n ann@client.test'],
    {
      to: [support, boss, { name: '', address: 'ann@client.test' }],
    },
  ),
  headed('recipients with semicolons', ['To: Support <help@in.shop.test>; boss@client.test;'], { to: [support, boss] }),
  headed('recipients with stray commas', ['To: , Support <help@in.shop.test>, , boss@client.test,'], {
    to: [support, boss],
  }),
  headed('a group of recipients', ['To: The team: Support <help@in.shop.test>, boss@client.test;, ann@client.test'], {
    to: [support, boss, { name: '', address: 'ann@client.test' }],
  }),
  headed('a group of nobody', ['To: undisclosed-recipients:;'], { to: [] }),
  headed('a group of nobody in brackets', ['To: <Undisclosed-Recipient:;>'], { to: [] }),
  headed(
    'comments between recipients',
    ['To: (our) Support (the good ones) <help@in.shop.test> (really), boss@client.test'],
    {
      to: [support, boss],
    },
  ),
  headed('two fields of recipients', ['To: Support <help@in.shop.test>', 'To: boss@client.test'], {
    to: [support, boss],
  }),
  headed('blind copies that were not taken out', ['Bcc: eve@other.test'], {}),
  headed('a recipient with two tags', ['To: help+a+b@in.shop.test'], {
    to: [{ name: '', address: 'help+a+b@in.shop.test' }],
  }),
  headed('a recipient in a domain of numbers', ['To: help@[203.0.113.7]'], {
    to: [{ name: '', address: 'help@[203.0.113.7]' }],
  }),
  headed('a recipient by a route', ['To: <@relay.test,@mx.test:help@in.shop.test>'], {
    to: [{ name: '', address: 'help@in.shop.test' }],
  }),
  headed(
    'a hundred recipients',
    [`To: ${Array.from({ length: 100 }, (_, n) => `P ${n} <p${n}@buyer.test>`).join(',\r\n ')}`],
    {
      to: Array.from({ length: 100 }, (_, n) => ({ name: `P ${n}`, address: `p${n}@buyer.test` })),
    },
  ),
  headed(
    'encoded names of recipients',
    ['To: =?iso-8859-1?Q?J=F6rg?= <j@buyer.test>,\r\n =?utf-8?B?5bGx55Sw?= =?utf-8?B?5aSq6YOO?= <y@buyer.test>'],
    {
      to: [
        { name: 'Jörg', address: 'j@buyer.test' },
        { name: '山田太郎', address: 'y@buyer.test' },
      ],
    },
  ),
];

const replyTos: NormalMail[] = [
  headed('an address for replies', ['Reply-To: tickets+88@client.test'], { replyTo: 'tickets+88@client.test' }),
  headed('two addresses for replies', ['Reply-To: "A" <a@client.test>,\r\n b@client.test'], {
    replyTo: '"A" <a@client.test>, b@client.test',
  }),
  headed('an encoded name for replies', ['Reply-To: =?utf-8?Q?Berg=2C_Ann?= <a@client.test>'], {
    replyTo: '"Berg, Ann" <a@client.test>',
  }),
];

const subjects: NormalMail[] = [
  headed('no subject', ['Subject:'], { subject: '' }),
  headed('a folded subject', ['Subject: A long subject\r\n that goes on'], { subject: 'A long subject that goes on' }),
  headed('a subject of two encoded-words', ['Subject: =?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe?='], {
    subject: 'Grüße',
  }),
  headed('a character cut between two encoded-words', ['Subject: =?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?='], {
    subject: 'Grüße',
  }),
  headed('encoded-words among others', ['Subject: Re: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= aus =?utf-8?Q?K=C3=B6ln?='], {
    subject: 'Re: Grüße aus Köln',
  }),
  headed('an encoded-word with spaces in it', ['Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe aus K=C3=B6ln?='], {
    subject: 'Grüße aus Köln',
  }),
  headed('an encoded-word with a question in it', ['Subject: =?UTF-8?Q?Sch=C3=B6n?Ja??='], { subject: 'Schön?Ja?' }),
  headed('an encoded-word with a language', ['Subject: =?utf-8*de?Q?Gr=C3=BC=C3=9Fe?='], { subject: 'Grüße' }),
  headed('an encoded-word of an unknown set', ['Subject: =?x-unknown?Q?a=20b?='], { subject: '=?x-unknown?Q?a=20b?=' }),
  headed('a subject of bare UTF-8', [`Subject: ${utf8('Grüße 日本')}`], { subject: 'Grüße 日本' }),
  headed('a subject of bare windows-1252', ['Subject: 5 \x80 \x96 Gr\xfc\xdfe'], { subject: '5 € – Grüße' }),
  headed('a subject with a picture', [`Subject: =?utf-8?B?${Buffer.from('🎉 Party').toString('base64')}?=`], {
    subject: '🎉 Party',
  }),
];

const others: NormalMail[] = [
  headed('a tag', ['X-Tag: welcome'], { tag: 'welcome' }),
  headed('no date', [{ line: 'Date:', value: '' }], { date: '' }),
  headed('a date with a comment', ['Date: Tue, 04 Mar 2025 06:02:11 -0800 (PST)'], {
    date: 'Tue, 04 Mar 2025 06:02:11 -0800 (PST)',
  }),
  headed('a date of the old kind', ['Date: 4 Mar 25 15:02 GMT'], { date: '4 Mar 25 15:02 GMT' }),
  headed(
    'fields that repeat',
    [
      'Received: from a.test by b.test; Tue, 4 Mar 2025 15:02:10 +0100',
      'X-Loop: 1',
      'X-Loop: 2',
      'Return-Path: <old@client.test>',
    ],
    {},
  ),
  headed(
    'fields on many lines',
    [
      'Authentication-Results: mx.client.test;\r\n\tdkim=pass header.d=client.test;\r\n       spf=pass',
      'X-Empty:',
      'X-Space:   a   b   ',
    ],
    {},
  ),
  headed(
    'an encoded field of its own',
    [
      { line: 'X-Name: =?utf-8?Q?J=C3=B6rg?=', value: 'Jörg' },
      { line: `X-Raw: ${utf8('Jörg')}`, value: 'Jörg' },
    ],
    {},
  ),
  headed(
    'white space before a colon',
    [{ line: 'X-Odd : 1', value: '1' }].map(({ value }) => ({ line: 'X-Odd: 1', value })),
    {},
  ),
  headed('names in odd letters', ['mime-version: 1.0', 'MESSAGE-ID: <x@client.test>', 'x-lower: a'], {}),
  writeMail('a content type in odd letters', {
    content: part(
      ['CONTENT-TYPE: TEXT/PLAIN;CHARSET=UTF-8', 'Content-transfer-encoding: BASE64'],
      Buffer.from('Grüße').toString('base64'),
    ),
    expected: { text: 'Grüße' },
  }),
  writeMail('a content type with a comment and without a semicolon', {
    content: multipart('mixed', 'c', [
      part(['Content-Type: text/html (HTML, really); charset=utf-8'], utf8('<p>ü</p>')),
      part(['Content-Type: text/plain charset=utf-8'], utf8('ü')),
    ]),
    expected: { html: '<p>ü</p>', text: 'ü' },
  }),
  writeMail('a separator of mbox files', {
    header: [],
    content: text('Hello\r\n\r\n>From here on\r\n..dots\r\n'),
    expected: { text: 'Hello\n\n>From here on\n..dots\n' },
  }),
  writeMail('an empty message', { content: '\r\n', expected: {} }),
];

export const headerMail: readonly NormalMail[] = [...senders, ...recipients, ...replyTos, ...subjects, ...others];
