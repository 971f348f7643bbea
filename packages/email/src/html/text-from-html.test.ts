import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textFromHtml } from './text-from-html.ts';

test('paragraphs, headings, line breaks and rules', () => {
  assert.equal(
    textFromHtml('<h1>Hello  there</h1><p>One\n two.<br>Three &amp; four.</p><div>a</div><div>b</div><hr>end'),
    'Hello there\n\nOne two.\nThree & four.\n\na\nb\n\n--------------------\n\nend',
  );
  assert.equal(textFromHtml('a<br><br>b'), 'a\n\nb');
  assert.equal(textFromHtml('<b>bo</b>ld<i> it</i>'), 'bold it');
  for (const nothing of ['', '<p></p>', '<style>p{}</style>', '<!-- x -->']) assert.equal(textFromHtml(nothing), '');
});

test('a link shows its address, once', () => {
  const text = (link: string) => textFromHtml(`<p>See ${link}, please.</p>`);
  assert.equal(
    text('<a href="https://x.test/a?b=1&amp;c=2">this page</a>'),
    'See this page (https://x.test/a?b=1&c=2), please.',
  );
  assert.equal(text('<a href="https://x.test/">x.test</a>'), 'See x.test, please.');
  assert.equal(text('<a href="mailto:desk@x.test">desk@x.test</a>'), 'See desk@x.test, please.');
  assert.equal(text('<a href="mailto:desk@x.test">write</a>'), 'See write (desk@x.test), please.');
  assert.equal(text('<a href="#top">up</a>'), 'See up, please.');
  assert.equal(text('<a href="https://x.test"><img src="a.png" alt="Shop"></a>'), 'See Shop (https://x.test), please.');
  assert.equal(text('<a href="https://x.test"><img src="a.png"></a>'), 'See https://x.test, please.');
  assert.equal(text('<a href="{{{ pm:unsubscribe }}}">Leave</a>'), 'See Leave ({{{ pm:unsubscribe }}}), please.');
});

test('lists keep their marks, their numbers and their depth', () => {
  assert.equal(
    textFromHtml('<p>a</p><ul><li>one<li>two<ol start=9><li>x</li><li>y</li></ol></ul>b'),
    'a\n\n- one\n- two\n  9. x\n  10. y\n\nb',
  );
  assert.equal(textFromHtml('<ul><li><p>one</p></li><li><p>two</p></li></ul>'), '- one\n\n- two');
});

test('rows of a table are lines, and tables for the layout leave nothing behind', () => {
  assert.equal(
    textFromHtml('<table><tr><td>Ink</td><td align=right>$4</td></tr><tr><td>Paper<td>$9</table>'),
    'Ink  $4\nPaper  $9',
  );
  assert.equal(
    textFromHtml(
      '<table><tr><td>&nbsp;</td><td><table><tr><td><p>Hello</p><p>World</p></td></tr></table></td></tr></table>',
    ),
    'Hello\n\nWorld',
  );
});

test('what is hidden is left out, by an attribute or by a rule', () => {
  const preheader = '<span class="preheader">Copy of the first words &zwnj;&nbsp;</span><p>First words.</p>';
  assert.equal(textFromHtml(`<style>.preheader{display:none !important}</style>${preheader}`), 'First words.');
  for (const style of [
    'display:none',
    'DISPLAY : none',
    'color:red;mso-hide:all',
    'max-height:0;overflow:hidden',
    'visibility:hidden',
    'opacity:0',
    'font-size: 0',
  ]) {
    assert.equal(textFromHtml(`<div style="${style}">x</div><p>y</p>`), 'y', style);
  }
  for (const style of ['max-height:0.5em', 'opacity:0.9', 'font-size:0.8em', 'background:display:none']) {
    assert.equal(textFromHtml(`<div style="${style}">x</div>`), 'x', style);
  }
  assert.equal(textFromHtml('<table style="font-size:0"><tr><td style="font-size:12px">x</table>'), 'x');
  assert.equal(textFromHtml('<p hidden>x</p><script>x</script><title>x</title>y'), 'y');
});

test('lines wrap before 80 columns, but addresses never break', () => {
  const address = `https://x.test/${'a'.repeat(100)}`;
  const text = textFromHtml(
    `<p>${'word '.repeat(60)}<a href="${address}">link</a></p><blockquote>${'word '.repeat(60)}</blockquote>`,
  );
  for (const line of text.split('\n')) assert.ok(line.length < 80 || line.includes(address), line);
  assert.ok(text.includes(`(${address})`));
  assert.equal(text.split('\n').filter(line => line.startsWith('> ')).length, 4);
});

test('preformatted text keeps its spaces', () => {
  assert.equal(textFromHtml('<pre>  a\n    b</pre>c'), '  a\n    b\n\nc');
});

test('markup without bounds is still read', () => {
  assert.equal(textFromHtml(`${'<div>'.repeat(100_000)}deep`), 'deep');
  assert.ok(textFromHtml('<ol>'.concat('<li>x'.repeat(20_000))).startsWith('1. x\n2. x'));
  const piece = fc.constantFrom(
    '<p>',
    '</p>',
    '<a href=x>',
    '</a>',
    '<li>',
    '<ul>',
    '<ol>',
    '</ol>',
    '<pre>',
    '<td>',
    '<table>',
    'word ',
    '\n',
    '<br>',
    '&lt;',
    '<blockquote>',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      const words = pieces.filter(text => text === 'word ').length;
      assert.equal(textFromHtml(pieces.join('')).split('word').length - 1, words);
    }),
    { seed: 7004, numRuns: 2000 },
  );
});
