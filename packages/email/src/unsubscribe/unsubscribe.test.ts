import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fillTracking, planTracking } from '../tracking/track-bodies.ts';
import { fillSourceTracking, planSourceTracking } from '../tracking/track-source.ts';
import { mayHoldPlaceholders, sourceMayHoldPlaceholders } from './find-placeholders.ts';
import { withUnsubscribeFields, withUnsubscribeLines } from './unsubscribe-headers.ts';
import { decodeUnsubscribeToken, encodeUnsubscribeToken } from './unsubscribe-token.ts';

const url = 'https://mail.shop.test/u/TOKEN';
const urls = {
  link: () => 'https://mail.shop.test/c/LINK',
  pixel: () => 'https://mail.shop.test/o/P',
  unsubscribe: () => url,
};
const untracked = { opens: false, links: 'None' } as const;
const tracked = { opens: true, links: 'HtmlAndText' } as const;

function filled(
  bodies: { text?: string; html?: string },
  footer = false,
  switches: typeof tracked | typeof untracked = untracked,
) {
  const plan = planTracking(bodies, switches, { footer });
  return { ...bodies, ...(plan ? fillTracking(plan, urls) : {}) };
}
const html = (body: string) => filled({ html: body }).html;
const text = (body: string) => filled({ text: body }).text;
const link = (words = 'Unsubscribe') => `<a href="${url}">${words}</a>`;

test('in HTML the placeholder becomes a link, and where a link cannot stand, its URL', () => {
  const cases: [string, string][] = [
    ['<p>Bye: {{{ pm:unsubscribe }}}.</p>', `<p>Bye: ${link()}.</p>`],
    ['{{{pm:unsubscribe}}}', link()],
    ['{{{\n pm:unsubscribe\t}}}', link()],
    ['{{{ PM:Unsubscribe }}}', link()],
    ['<a href="{{{ pm:unsubscribe }}}">Leave</a>', `<a href="${url}">Leave</a>`],
    ["<a class=x href='{{{pm:unsubscribe}}}'>Leave</a>", `<a class=x href='${url}'>Leave</a>`],
    ['<a href={{{pm:unsubscribe}}}>Leave</a>', `<a href=${url}>Leave</a>`],
    ['<a href="http://{{{ pm:unsubscribe }}}">Leave</a>', `<a href="${url}">Leave</a>`],
    ['<a href="%7B%7B%7B%20pm:unsubscribe%20%7D%7D%7D">Leave</a>', `<a href="${url}">Leave</a>`],
    ['<a href="{{{ pm:unsubscribe }}}">{{{ pm:unsubscribe }}}</a>', `<a href="${url}">Unsubscribe</a>`],
    ['<a href="/">x</a> {{{ pm:unsubscribe }}}', `<a href="/">x</a> ${link()}`],
    ['{{{ pm:unsubscribe_url }}}', url],
    ['{{{ pm:unsubscribe label="No more" }}}', link('No more')],
    ["{{{pm:unsubscribe  label = 'Stop &amp; go'}}}", link('Stop &amp; go')],
    [
      '<!--[if mso]><a href="{{{ pm:unsubscribe }}}">x</a><![endif]-->',
      `<!--[if mso]><a href="${url}">x</a><![endif]-->`,
    ],
    ['<title>{{{ pm:unsubscribe }}}</title>', `<title>${url}</title>`],
  ];
  for (const [body, expected] of cases) assert.equal(html(body), expected, body);
  for (const body of [
    '{{ pm:unsubscribe }}',
    '{{{ pm:unsubscribed }}}',
    '{{{ unsubscribe }}}',
    '{{{ pm:other }}}',
    'pm:unsubscribe',
  ])
    assert.equal(html(body), body);
});

test('in text the placeholder becomes the URL, whatever its form', () => {
  for (const body of [
    '{{{ pm:unsubscribe }}}',
    '{{{pm:unsubscribe_url}}}',
    '{{{ pm:unsubscribe label="x" }}}',
    'https://{{{ pm:unsubscribe }}}',
  ])
    assert.equal(text(`Leave: ${body}\n`), `Leave: ${url}\n`);
});

test('a part without a placeholder gets a footer where the stream asks for it, before the pixel and the end of the body', () => {
  const both = filled({ html: '<body><p>News</p></body>', text: 'News' }, true, tracked);
  assert.match(
    both.html ?? '',
    /^<body><p>News<\/p><p style="[^"]*"><a href="https:\/\/mail\.shop\.test\/u\/TOKEN" style="[^"]*">Unsubscribe<\/a><\/p><img [^>]*><\/body>$/,
  );
  assert.equal(both.text, `News\r\n\r\nUnsubscribe: ${url}\r\n`);
  const own = filled({ html: '<a href="{{{ pm:unsubscribe }}}">x</a>', text: 'News' }, true);
  assert.equal(own.html, `<a href="${url}">x</a>`);
  assert.equal(own.text, `News\r\n\r\nUnsubscribe: ${url}\r\n`);
  assert.equal(filled({ html: '<p>News</p>', text: '' }, true).text, '', 'an empty text is not sent, and stays empty');
  assert.deepEqual(filled({ html: '<p>News</p>', text: 'News' }), { html: '<p>News</p>', text: 'News' });
});

test('the unsubscribe link is never tracked, and tracking stays what it is beside it', () => {
  const body =
    '<a href="https://shop.test/">a</a><a href="{{{ pm:unsubscribe }}}">b</a><a href="https://shop.test/?u=%7B%7B%7B%20pm:unsubscribe%20%7D%7D%7D">c</a>';
  assert.match(
    filled({ html: body }, true, tracked).html ?? '',
    /^<a href="[^"]*\/c\/LINK">a<\/a><a href="[^"]*\/u\/TOKEN">b<\/a><a href="https:\/\/shop\.test\/\?u=[^"]*\/u\/TOKEN">c<\/a><img /,
  );
  assert.equal(
    filled({ text: 'https://shop.test/ {{{ pm:unsubscribe }}}' }, true, tracked).text,
    `https://mail.shop.test/c/LINK ${url}`,
  );
});

const placeholder = fc.constantFrom(
  '{{{ pm:unsubscribe }}}',
  '{{{pm:unsubscribe_url}}}',
  '{{{ pm:unsubscribe label="Bye" }}}',
);
const scrap = fc.oneof(
  fc.constantFrom(
    '<p>',
    '</p>',
    '<b',
    '>',
    '"',
    "'",
    '<!--',
    '-->',
    '{{{',
    '}}}',
    '{{x}}',
    'pm:unsubscribe',
    '\r\n',
    '&amp;',
    '<a href="/x">',
    '</a>',
    'é😀',
    '%7B',
  ),
  fc.string({ maxLength: 8 }),
);

test('nothing but the placeholders changes, whatever stands around them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(scrap, fc.option(placeholder, { nil: '' })), { maxLength: 12 }), pieces => {
      const body = pieces.flat().join(' ');
      const left = (result: string) =>
        result.replaceAll(
          /<a href="https:\/\/mail\.shop\.test\/u\/TOKEN">(Unsubscribe|Bye)<\/a>|https:\/\/mail\.shop\.test\/u\/TOKEN|\{\{\{ ?pm:unsubscribe(_url)?( label="Bye")? ?\}\}\}/g,
          '',
        );
      assert.equal(left(text(body) ?? ''), left(body));
      // The words within a link of the sender's own stay, so those cases are told apart by hand above.
      if (!body.includes('<a ')) assert.equal(left(html(body) ?? ''), left(body));
      const inHtml = (html(body) ?? '').replaceAll('>Unsubscribe<', '><').replaceAll('>Bye<', '><');
      assert.equal(
        /pm:unsubscribe(_url)?( label="Bye")? ?\}\}\}/.test(inHtml) &&
          /\{\{\{ ?pm:unsubscribe(_url)?( label="Bye")? ?\}\}\}/.test(inHtml),
        false,
      );
      assert.equal(
        mayHoldPlaceholders({ text: body }),
        /\{\{\{ ?pm:unsubscribe(_url)?( label="Bye")? ?\}\}\}/.test(body),
      );
    }),
  );
});

test('a text of a million characters with nothing but beginnings is read to its end, unchanged', () => {
  const long = '{{{ pm:unsubscribe label="'.repeat(40_000);
  assert.equal(html(long), long);
  assert.equal(text(long), long);
});

// ---- messages that came by SMTP

function sourceOf(body: string, type = 'multipart/alternative; boundary=a') {
  const header = Buffer.from(`From: desk@shop.test\r\nContent-Type: ${type}\r\n`);
  return { header, body: Buffer.from(body.replaceAll('\n', '\r\n'), 'latin1') };
}

test('within a source each text is changed in its own encoding, and the last text and HTML get the footer', () => {
  const base64 = Buffer.from('Leave: {{{ pm:unsubscribe }}}').toString('base64');
  const source = sourceOf(
    `--a\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${base64}\n--a\nContent-Type: text/html\n\n<p>caf\xe9</p>\n--a--\n`,
  );
  assert.equal(sourceMayHoldPlaceholders(source), true);
  const plan = planSourceTracking(source, untracked, { footer: true });
  assert.ok(plan);
  const wire = fillSourceTracking(plan, urls).toString('latin1').split('\r\n');
  assert.equal(Buffer.from(wire[4] ?? '', 'base64').toString(), `Leave: ${url}`);
  assert.match(wire.find(line => line.startsWith('<p>caf\xe9')) ?? '', /<\/p><p style=.*TOKEN/);
  assert.equal(planSourceTracking(source, untracked), undefined);

  const split = sourceOf('Leave: {{{ pm:unsub=\nscribe }}}\n', 'text/plain');
  const quoted = {
    ...split,
    header: Buffer.concat([split.header, Buffer.from('Content-Transfer-Encoding: quoted-printable\r\n')]),
  };
  assert.equal(sourceMayHoldPlaceholders(quoted), true);
  const quotedPlan = planSourceTracking(quoted, untracked, { footer: false });
  assert.ok(quotedPlan);
  assert.match(fillSourceTracking(quotedPlan, urls).toString(), /Leave: https:\/\/mail\.shop\.test\/u\/TOKEN/);
  assert.equal(sourceMayHoldPlaceholders(sourceOf('Nothing here\n', 'text/plain')), false);

  const sealed = sourceOf('--s\nContent-Type: text/plain\n\nHi\n--s--\n', 'multipart/signed; boundary=s');
  assert.equal(planSourceTracking(sealed, untracked, { footer: true }), undefined);
});

// ---- fields

test('our fields take the place of the sender’s, in a list and in a source, and nothing else moves', () => {
  const own = [
    { name: 'list-unsubscribe', value: '<mailto:a@shop.test>' },
    { name: 'List-Id', value: '<news.shop.test>' },
    { name: 'LIST-UNSUBSCRIBE-POST', value: 'x' },
  ];
  assert.deepEqual(withUnsubscribeFields(own, url), [
    { name: 'List-Id', value: '<news.shop.test>' },
    { name: 'List-Unsubscribe', value: `<${url}>` },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ]);
  const header = Buffer.from(
    'From: a@b.test\r\nList-Unsubscribe: <mailto:a@b.test>,\r\n <https://b.test/>\r\nX-\xe9: \xe9\r\n',
    'latin1',
  );
  assert.equal(
    withUnsubscribeLines(header, url).toString('latin1'),
    `From: a@b.test\r\nX-\xe9: \xe9\r\nList-Unsubscribe: <${url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n`.replace(
      'X-\xe9: \xe9\r\n',
      '',
    ),
  );
});

// ---- tokens

const key = Buffer.alloc(32, 3);
const token = {
  ...{ accountId: 7, serverId: 1442077, streamId: 'broadcast', recipientNumber: 49 },
  ...{ messageId: '01900000-0000-7000-8000-000000000001', address: 'ana.möller@buyer.test' },
};

test('a token leads back to what it was made of, under any key of the ring, and says nothing to others', () => {
  fc.assert(
    fc.property(
      fc.record({
        accountId: fc.nat(),
        serverId: fc.maxSafeNat(),
        streamId: fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', 'b', '-', '1') }),
        messageId: fc.uuid(),
        recipientNumber: fc.nat(65_535),
        address: fc.string({ minLength: 1, maxLength: 254 }).map(part => part.toWellFormed()),
      }),
      any => {
        const made = encodeUnsubscribeToken(any, key);
        assert.match(made, /^[\w-]+$/);
        assert.equal(encodeUnsubscribeToken(any, key), made, 'every attempt has the same bytes');
        assert.deepEqual(decodeUnsubscribeToken(made, [Buffer.alloc(32, 4), key]), { ...any });
        assert.equal(decodeUnsubscribeToken(made, [Buffer.alloc(32, 4)]), undefined);
      },
    ),
  );
  const made = encodeUnsubscribeToken(token, key);
  assert.ok(made.length < 120, `${made.length}`);
  assert.doesNotMatch(Buffer.from(made, 'base64url').toString('latin1'), /ana|buyer|broadcast/);
  assert.notEqual(encodeUnsubscribeToken({ ...token, address: 'ben@buyer.test' }, key).slice(0, 20), made.slice(0, 20));
});

test('a changed, cut or longer token is refused', () => {
  const made = encodeUnsubscribeToken(token, key);
  const bytes = Buffer.from(made, 'base64url');
  for (let position = 0; position < bytes.length; position += 1) {
    const changed = Buffer.from(bytes);
    changed[position] = (changed[position] ?? 0) ^ (1 << (position % 8));
    assert.equal(decodeUnsubscribeToken(changed.toString('base64url'), [key]), undefined);
    assert.equal(decodeUnsubscribeToken(bytes.subarray(0, position).toString('base64url'), [key]), undefined);
  }
  for (const wrong of ['', `${made}A`, `${made}=`, ` ${made}`, `${made.slice(0, -1)}.`, 'x'.repeat(100)])
    assert.equal(decodeUnsubscribeToken(wrong, [key]), undefined);
});
