import assert from 'node:assert/strict';
import { createHash, randomInt } from 'node:crypto';
import { test } from 'node:test';
import { encodeXML } from 'entities';
import fc from 'fast-check';
import { composeMessage } from '../mime/compose-message.ts';
import { findInHtml } from './html-links.ts';
import { isTrackable } from './link-target.ts';
import { findInText } from './text-links.ts';
import { type Bodies, fillTracking, planTracking, type TrackingSwitches } from './track-bodies.ts';
import { decodeTrackingToken, encodeTrackingToken, type TrackingToken } from './tracking-token.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`seed ${seed}`);
const options = { seed, numRuns: 300 };

const key = createHash('sha256').update('present key').digest();
const retiredKey = createHash('sha256').update('retired key').digest();

const both: TrackingSwitches = { opens: true, links: 'HtmlAndText' };
const pixel = '<img src="PIXEL" width="1" height="1" border="0" alt="">';

function track(bodies: Bodies, switches: TrackingSwitches = both): Bodies {
  const plan = planTracking(bodies, switches);
  const filled = plan && fillTracking(plan, { link: (part, target) => `[${part}|${target}]`, pixel: () => 'PIXEL' });
  return { ...bodies, ...filled };
}

const links = (html: string) => findInHtml(html).links.map(({ target }) => target);
const urls = (text: string) => findInText(text).map(({ target }) => target);

// ---- links of HTML

test('the href of <a> is rewritten in every way to write it, and nothing around it changes', () => {
  const rewritten: [string, string][] = [
    ['<a href="https://a.test/?x=1&amp;y=2#top">go</a>', '<a href="[html|https://a.test/?x=1&y=2#top]">go</a>'],
    ["<A  CLASS=b HREF = 'http://a.test'\n>go</A>", "<A  CLASS=b HREF = '[html|http://a.test]'\n>go</A>"],
    ['<a href=https://a.test/b>go</a>', '<a href=[html|https://a.test/b]>go</a>'],
    ['<a href=" https://a.test/b\n">go</a>', '<a href="[html|https://a.test/b]">go</a>'],
    ['<a href="&#104;ttps&colon;//a.test/&#x2f;">go</a>', '<a href="[html|https://a.test//]">go</a>'],
    ['<a href="https://a.test/?copy=1&lt=2">go</a>', '<a href="[html|https://a.test/?copy=1&lt=2]">go</a>'],
    [
      '<a href="https://a.test/1" href="https://a.test/2">',
      '<a href="[html|https://a.test/1]" href="https://a.test/2">',
    ],
    ['<a\thref="HTTPS://A.test/%41+b%20c"/>', '<a\thref="[html|HTTPS://A.test/%41+b%20c]"/>'],
    ['<a href="https://[2001:db8::1]:8080/x">', '<a href="[html|https://[2001:db8::1]:8080/x]">'],
    ['<a href="https://xn--bcher-kva.test/">', '<a href="[html|https://xn--bcher-kva.test/]">'],
  ];
  for (const [html, expected] of rewritten)
    assert.equal(track({ html }, { opens: false, links: 'HtmlOnly' }).html, expected);
});

test('other schemes, relative, malformed and unicode URLs, placeholders, comments and scripts are left alone', () => {
  const left = [
    ...['mailto:a@b.test', 'tel:+123', 'ftp://a.test/', '#top', '/path', 'a.test', '//a.test/x', 'javascript:alert(1)'],
    ...[
      'https://',
      'https:///x',
      'https://a.test/a b',
      'https://a.test/%zz',
      'https://a.test/{{id}}',
      'https://ü.test/',
    ],
    ...[
      'https://a.test/ü',
      'https://a.test/#a#b',
      'https://a.test:99x/',
      'https://a.test/[1]',
      '{{{ pm:unsubscribe }}}',
    ],
    ...['https://a.test/\\x', 'https://a.test/|', 'https://[::1/', 'http:/a.test', '', 'https://a.test/<b>'],
  ];
  for (const url of left) assert.deepEqual(links(`<a href="${url}">x</a>`), [], url);
  for (const html of [
    '<!-- <a href="https://a.test">x</a> -->',
    '<!--[if mso]><a href="https://a.test">x</a><![endif]-->',
    '<script>"<a href=\'https://a.test\'>"</script>',
    '<style><a href="https://a.test"></style><title><a href="https://a.test"></title>',
    '<textarea><a href="https://a.test"></textarea>',
    '<link href="https://a.test"><img src="https://a.test"><area href="https://a.test"><abbr href="https://a.test">',
    '<a data-href="https://a.test" title="href=https://a.test">',
    '</a href="https://a.test">',
    '<a href>',
    '<a href="https://a.test',
  ])
    assert.deepEqual(links(html), [], html);
});

test('data-pm-no-track leaves the link alone in both parts, and goes', () => {
  const bodies = {
    html: '<a data-pm-no-track href="https://a.test/?a=1&amp;b=2">x</a><a href="https://b.test/" DATA-PM-NO-TRACK="">y</a><a href="https://c.test">z</a>',
    text: 'https://a.test/?a=1&b=2 https://b.test/ https://c.test',
  };
  assert.deepEqual(track(bodies, { opens: false, links: 'HtmlAndText' }), {
    html: '<a href="https://a.test/?a=1&amp;b=2">x</a><a href="https://b.test/">y</a><a href="[html|https://c.test]">z</a>',
    text: 'https://a.test/?a=1&b=2 https://b.test/ [text|https://c.test]',
  });
  const textOnly = track(bodies, { opens: false, links: 'TextOnly' });
  assert.deepEqual(textOnly, {
    html: bodies.html,
    text: 'https://a.test/?a=1&b=2 https://b.test/ [text|https://c.test]',
  });
});

test('each value of TrackLinks rewrites its parts, and the pixel needs HTML', () => {
  const bodies = { html: '<a href="https://a.test">x</a>', text: 'https://a.test' };
  const html = '<a href="[html|https://a.test]">x</a>';
  const text = '[text|https://a.test]';
  assert.deepEqual(track(bodies, { opens: false, links: 'HtmlAndText' }), { html, text });
  assert.deepEqual(track(bodies, { opens: false, links: 'HtmlOnly' }), { ...bodies, html });
  assert.deepEqual(track(bodies, { opens: false, links: 'TextOnly' }), { ...bodies, text });
  assert.equal(planTracking(bodies, { opens: false, links: 'None' }), undefined);
  assert.equal(planTracking({ text: 'nothing here' }, both), undefined);
  assert.equal(planTracking({ html: '' }, both), undefined);
});

test('the pixel stands once, before the end of the body', () => {
  const places: [string, string][] = [
    ['<html><body>x</body></html>', `<html><body>x${pixel}</body></html>`],
    ['<BODY>x</BODY >\n</html>', `<BODY>x${pixel}</BODY >\n</html>`],
    ['<html>x</html>', `<html>x${pixel}</html>`],
    ['<p>x', `<p>x${pixel}`],
    ['<body>a</body><!-- </body> -->', `<body>a${pixel}</body><!-- </body> -->`],
    ['<body>a</body>b</body>', `<body>a</body>b${pixel}</body>`],
    ['<script>"</body>"</script><p>x', `<script>"</body>"</script><p>x${pixel}`],
  ];
  for (const [html, expected] of places) assert.equal(track({ html }, { opens: true, links: 'None' }).html, expected);
});

// ---- links of text

test('in text, punctuation and brackets around a URL belong to the text', () => {
  const found: [string, string[]][] = [
    ['See https://a.test/x.', ['https://a.test/x']],
    ['(https://a.test/x)', ['https://a.test/x']],
    ['(see https://a.test/x_(y))', ['https://a.test/x_(y)']],
    ['<https://a.test/x>, "https://b.test"', ['https://a.test/x', 'https://b.test']],
    ['[here](https://a.test/x).', ['https://a.test/x']],
    ['*https://a.test/x*; https://b.test/?!', ['https://a.test/x', 'https://b.test/']],
    ['https://a.test/?u=https://b.test/', ['https://a.test/?u=https://b.test/']],
    ['https://a.test/a,b;c!d', ['https://a.test/a,b;c!d']],
    ['xhttps://a.test 1https://a.test', []],
    ['https://a.test/?a=1&amp;b=2', ['https://a.test/?a=1&amp;b=2']],
    ['“https://a.test/x”…', ['https://a.test/x']],
    ['请访问https://a.test/x，谢谢', []],
    ['请访问 https://a.test/x，谢谢', ['https://a.test/x']],
    ['https://a.test/ü https://ü.test/', []],
    ['http://a.test\nhttp://b.test\r\n', ['http://a.test', 'http://b.test']],
    ['{{{ pm:unsubscribe }}} mailto:a@b.test ftp://a.test www.a.test', []],
    ['https:// http://. https://)', []],
  ];
  for (const [text, expected] of found) assert.deepEqual(urls(text), expected, text);
});

test('whatever is repeated, the time grows with the length and not with its square', () => {
  // A million of each would take hours if it did.
  for (const text of [
    `https://a.test/${')'.repeat(1_000_000)}`,
    'https://'.repeat(125_000),
    'https://a.test/ '.repeat(70_000),
  ])
    assert.ok(findInText(text).length >= 1);
  assert.deepEqual(links(`<a href='${'&amp'.repeat(250_000)}'>${'<a '.repeat(250_000)}`), []);
});

// ---- properties

const anyTarget = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'HTTP://'),
    fc.domain(),
    fc.constantFrom('', ':8080', ':'),
    fc.webPath(),
    fc.option(fc.webQueryParameters(), { nil: undefined }),
    fc.option(fc.webFragments(), { nil: undefined }),
  )
  .map(
    ([scheme, domain, port, path, query, fragment]) =>
      `${scheme}${domain}${port}${path}${query === undefined ? '' : `?${query}`}${fragment === undefined ? '' : `#${fragment}`}`,
  )
  .filter(isTrackable);

const htmlPiece = fc.oneof(
  fc.string({ unit: 'binary' }).map(text => text.toWellFormed()),
  fc.constantFrom(
    ...[
      '<',
      '>',
      '"',
      "'",
      '&',
      '&amp;',
      '&#104;',
      '<a',
      '</a>',
      ' href',
      '=',
      ' href="',
      ' data-pm-no-track',
      '<!--',
      '-->',
    ],
    ...[
      '</body>',
      '</html>',
      '<script>',
      '</script>',
      '<style>',
      '<p>',
      '\r\n',
      '\t',
      '<![CDATA[',
      '<?',
      'https://a.test',
      '\0',
    ],
  ),
  anyTarget,
  anyTarget.map(target => `<a href="${encodeXML(target)}">`),
);

test('rewriting any HTML changes nothing but the links, the marks and the pixel', () => {
  const property = fc.property(fc.array(htmlPiece, { maxLength: 30 }), pieces => {
    const html = pieces.join('');
    const { marks } = findInHtml(html);
    const originals: string[] = [];
    const plan = planTracking({ html }, both);
    const filled =
      plan &&
      fillTracking(plan, { link: (_, target) => `\u0001${originals.push(target) - 1}\u0002`, pixel: () => 'P' });
    // Back again: each link as it stood, the pixel away, the marks where they were.
    const slots = plan?.html?.slots ?? [];
    let back = (filled?.html ?? html).replace(pixel.replace('PIXEL', 'P'), '');
    for (const [number, slot] of slots.filter(slot => slot.kind === 'link').entries())
      back = back.replace(`\u0001${number}\u0002`, () => slot.original);
    let withoutMarks = '';
    let position = 0;
    for (const { start, end } of marks) {
      withoutMarks += html.slice(position, start);
      position = end;
      assert.match(html.slice(start, end), /^[\s/]*data-pm-no-track/i);
    }
    assert.equal(back, withoutMarks + html.slice(position));
    assert.equal(slots.filter(slot => slot.kind === 'pixel').length, html === '' ? 0 : 1);
  });
  fc.assert(property, options);
});

test('every link of a written document is found with exactly its target, in HTML and in text', () => {
  const words = fc.stringMatching(/^[ a-zA-Zäß.,<>&"]*$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(words, anyTarget), { maxLength: 12 }), parts => {
      const html = parts
        .map(([word, target]) => `${encodeXML(word)}<a class='b' href="${encodeXML(target)}">x</a>`)
        .join('\n');
      assert.deepEqual(
        links(html),
        parts.map(([, target]) => target),
      );
      const withoutEnd = parts
        .map(([word, target]) => [word, `${target.replace(/[.,;:!?'*)\]]+$/, '')}`])
        .filter(([, target]) => isTrackable(target ?? ''));
      const text = withoutEnd.map(([word, target]) => `${word} ${target} `).join('\n');
      assert.deepEqual(
        urls(text),
        withoutEnd.map(([, target]) => target),
      );
    }),
    options,
  );
});

test('rewriting any text changes nothing but its links', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    anyTarget,
    fc.constantFrom('(', ')', 'https://', '.', ' ', '\n'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), pieces => {
      const text = pieces.join('');
      const plan = planTracking({ text }, both);
      const filled = plan && fillTracking(plan, { link: () => undefined, pixel: () => '' });
      assert.equal(filled?.text ?? text, text);
    }),
    options,
  );
});

const anyRecipient = {
  accountId: fc.oneof(fc.nat(1000), fc.maxSafeNat()),
  serverId: fc.oneof(fc.nat(1000), fc.maxSafeNat()),
  messageId: fc.uuid(),
  recipientNumber: fc.nat(65_535),
};
const anyToken: fc.Arbitrary<TrackingToken> = fc.oneof(
  fc.record({ ...anyRecipient, kind: fc.constant('open' as const) }, { noNullPrototype: true }),
  fc.record(
    {
      ...anyRecipient,
      kind: fc.constant('click' as const),
      part: fc.constantFrom('html' as const, 'text' as const),
      target: anyTarget,
    },
    { noNullPrototype: true },
  ),
);

test('every token leads back to exactly its target and recipient, also under a retired key', () => {
  fc.assert(
    fc.property(anyToken, token => {
      const text = encodeTrackingToken(token, key);
      assert.match(text, /^[\w-]+$/);
      assert.deepEqual(decodeTrackingToken(text, [key]), token);
      assert.deepEqual(decodeTrackingToken(text, [retiredKey, key]), token);
      assert.equal(decodeTrackingToken(text, [retiredKey]), undefined);
    }),
    options,
  );
});

test('a token with any one character changed, added or missing is refused', () => {
  const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= ~');
  fc.assert(
    fc.property(anyToken, fc.nat(), letter, (token, at, other) => {
      const text = encodeTrackingToken(token, key);
      const position = at % text.length;
      if (text[position] !== other)
        assert.equal(decodeTrackingToken(text.slice(0, position) + other + text.slice(position + 1), [key]), undefined);
      assert.equal(decodeTrackingToken(text.slice(0, position) + text.slice(position + 1), [key]), undefined);
      assert.equal(decodeTrackingToken(text + other, [key]), undefined);
    }),
    options,
  );
  for (const text of ['', 'A', 'x'.repeat(40), '%00']) assert.equal(decodeTrackingToken(text, [key]), undefined);
});

test('the token of a pixel is short, and a target as long as a link may be leaves no line too long', () => {
  const recipient = {
    accountId: 1,
    serverId: 1001,
    messageId: '0190b6a4-8d3c-7a51-9f00-64c1d2e3f405',
    recipientNumber: 0,
  };
  assert.ok(encodeTrackingToken({ ...recipient, kind: 'open' }, key).length <= 42);
  const target = `https://a.test/${'x'.repeat(1400)}`;
  const text = `https://mail.test/c/${encodeTrackingToken({ ...recipient, kind: 'click', part: 'text', target }, key)}`;
  const mailbox = { name: '', localPart: 'a', domain: 'b.test', address: 'a@b.test' };
  const { body } = composeMessage({
    ...{ from: mailbox, to: [mailbox], cc: [], replyTo: [], subject: '', date: new Date(0), messageId: '<1@b.test>' },
    ...{ headers: [], text: `See ${text} now`, html: `<a href="${text}">x</a>`, attachments: [], boundarySeed: '1' },
  });
  assert.ok(
    body
      .toString('latin1')
      .split('\r\n')
      .every(line => line.length <= 76),
  );
});
