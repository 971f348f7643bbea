import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inlineCss } from './inline-css.ts';
import { parsedHtmlMax } from './parse-html.ts';

/** The style attribute of each element with one, as `tag: style`, after the rules of `css` are put in. */
function stylesOf(css: string, html: string): string[] {
  const inlined = inlineCss(`<style>${css}</style>${html}`);
  return Array.from(inlined.matchAll(/<(\w+)[^>]*? style="([^"]*)"/g), ([, tag, style]) => `${tag}: ${style}`);
}

const withoutStyles = (html: string) => html.replace(/ style="[^"]*"/g, '');

test('rules go into the elements that they match: the more specific selector wins, then the later one', () => {
  assert.deepEqual(
    stylesOf('p{color:red} .x{color:blue} p{color:green; margin: 0 auto}', '<p class="x">a</p><p>b</p>'),
    ['p: margin: 0 auto; color: blue', 'p: color: green; margin: 0 auto'],
  );
  assert.deepEqual(stylesOf('#i{color:a} p.x.y{color:b} p.x{color:c}', '<p id="i" class="x y">'), ['p: color: a']);
  assert.deepEqual(stylesOf('p{margin-top:5px} p{margin:0}', '<p>'), ['p: margin-top: 5px; margin: 0']);
});

test('a style attribute wins over rules, and important rules over both', () => {
  assert.deepEqual(stylesOf('p{color:red;margin:0}', '<p style="color: green">'), ['p: margin: 0; color: green']);
  assert.deepEqual(stylesOf('p{color:red !important}', '<p style="color: green">'), ['p: color: red']);
  assert.deepEqual(stylesOf('p{color:red ! important} #i{color:blue}', '<p id=i>'), ['p: color: red']);
  assert.deepEqual(stylesOf('p{color:red !important}', '<p style="color: green !important">'), [
    'p: color: green !important',
  ]);
});

test('selectors are understood as far as they are true of an element for good', () => {
  const html = '<div class="a b" data-k="one two"><p>1</p><p>2</p><b>3</b><p id="last">4</p></div>';
  const count = (selector: string) => stylesOf(`${selector}{color:red}`, html).length;
  const expected = {
    '*': 5,
    p: 3,
    P: 3,
    'div p': 3,
    'div > p': 3,
    'p > div': 0,
    'p + p': 1,
    'p ~ p': 2,
    'b+p': 1,
    '.a.b': 1,
    '.a .b': 0,
    '[data-k]': 1,
    '[data-k~=two]': 1,
    '[data-k="one two"]': 1,
    '[data-k^="one"]': 1,
    '[data-k$=two]': 1,
    '[data-k*="e t"]': 1,
    '[data-k=ONE]': 0,
    '[data-k^="ONE" i]': 1,
    'p:first-child': 1,
    'p:last-child': 1,
    'p:nth-child(odd)': 1,
    'p:nth-child(2n)': 2,
    'p:nth-of-type(-n+2)': 2,
    'b:only-of-type': 1,
    'p:not(#last)': 2,
    'p:nth-last-child(1)': 1,
    'div, b': 2,
    '#last': 1,
    'p:nth-last-of-type(1)': 1,
  };
  for (const [selector, wanted] of Object.entries(expected)) assert.equal(count(selector), wanted, selector);
  for (const left of [
    'p:hover',
    'p::before',
    'a:visited',
    'p:is(p)',
    'p:unknown(1)',
    'p >',
    '> p',
    'p[',
    'p,, b:x',
    '&.a',
  ]) {
    assert.equal(stylesOf(`${left.split(',')[0]}{color:red}`, html).length, left.startsWith('p,,') ? 3 : 0, left);
  }
});

test('rows without a tbody are matched as browsers see them', () => {
  assert.deepEqual(stylesOf('table > tbody > tr > td{color:red} table > tr{margin:0}', '<table><tr><td>a</table>'), [
    'td: color: red',
  ]);
});

test('a value that not all mail programs know stands behind the one it falls back to', () => {
  assert.deepEqual(stylesOf('p{width:100px; width:calc(50% + 2px)} p{color:red} p{color:blue}', '<p>'), [
    'p: width: 100px; width: calc(50% + 2px); color: blue',
  ]);
});

test('everything but style attributes stays as it is: sheets, comments, placeholders, entities', () => {
  const html = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x">
<html xmlns="x"><head><meta charset=utf-8><link rel="stylesheet" href="http://127.0.0.1:1/never.css">
<style>@import url("http://127.0.0.1:1/never.css"); @font-face{font-family:x;src:url(y)} p, a:hover{color:red}
@media (max-width:600px){p{color:blue !important}}</style>
<!--[if mso]><style>p{color:mso}</style><![endif]--></head>
<BODY><!--[if mso]><p class="x"><![endif]--><P  align='left'>a &eacute; &nbsp;&lt; <a href="{{{ pm:unsubscribe }}}">{{{ pm:unsubscribe }}}</a>
<img src=x.png/><o:p></o:p></BODY></html>`;
  const inlined = inlineCss(html);
  assert.equal(withoutStyles(inlined), html);
  assert.equal(inlined.replace('<P style="color: red" ', '<P '), html);
});

test('a fragment stays a fragment, and HTML without style elements is not touched', () => {
  assert.equal(inlineCss('<style>p{color:red}</style><p>hi'), '<style>p{color:red}</style><p style="color: red">hi');
  for (const html of ['', 'text', '<p class="x">a', '<']) assert.equal(inlineCss(html), html);
});

test('only style elements for screens count, and none that says to be left alone', () => {
  const style = (attributes: string) => stylesOf('', `<style ${attributes}>p{color:red}</style><p>`).length;
  for (const attributes of ['', 'type="text/css"', 'media="all"', 'media=screen'])
    assert.equal(style(attributes), 1, attributes);
  for (const attributes of ['media="print"', 'data-premailer="ignore"', 'type="text/less"']) {
    assert.equal(style(attributes), 0, attributes);
  }
});

test('quotes and ampersands of a value cannot leave the attribute', () => {
  const inlined = inlineCss(`<style>p{font-family:"A&B", 'C'; background:url("x?a=1&b=2")}</style><p>`);
  assert.ok(
    inlined.endsWith(`<p style="font-family: &quot;A&amp;B&quot;, 'C'; background: url(&quot;x?a=1&amp;b=2&quot;)">`),
  );
});

test('style sheets with mistakes are read as browsers recover from them', () => {
  const styled = (css: string) => stylesOf(css, '<p>').join();
  assert.equal(styled('<!-- p{color:red} -->'), 'p: color: red');
  assert.equal(styled('a;b{color:x} p{color:red}'), 'p: color: red');
  assert.equal(
    styled('@charset "x"; @media print{p{color:x}} p{/*c*/color/**/:/* ; */red;;bad;:x;margin:0'),
    'p: color: red; margin: 0',
  );
  assert.equal(styled('p{color:red; &:hover{color:x} b{margin:1px} }'), 'p: color: red');
  assert.equal(styled(`p{content:"a;}b"; color:red}`), 'p: content: &quot;a;}b&quot;; color: red');
  assert.equal(styled('p{color:red} p{color:'), 'p: color: red');
});

test('style sheets and markup without end come back within bounds, changed or not', () => {
  const sheet = (css: string, html = '<p class="a">') => inlineCss(`<style>${css}</style>${html}`);
  const hostile = [
    sheet('p{color:red;'.repeat(20_000)),
    sheet('('.repeat(200_000)),
    sheet('"\\'.repeat(50_000)),
    sheet('/*'.repeat(100_000)),
    sheet('@media{'.repeat(20_000)),
    sheet(`${'a+'.repeat(20_000)}a{color:red}`, '<a>'.repeat(1000)),
    sheet(Array.from({ length: 5000 }, (_, n) => `.a{--x${n}:1}`).join(''), '<p class="a">'.repeat(5000)),
    sheet('.a .a .a .a .a .b{color:red}', '<i class="a b"></i>'.repeat(5000)),
    sheet(`${'a ~ '.repeat(200)}b{color:red}`, `${'<a></a>'.repeat(5000)}<b></b>`),
    sheet('p{color:red}', '<div>'.repeat(100_000)),
    sheet('p{color:red}', '<table>'.concat('<b>x</b>'.repeat(10_000))),
    sheet('p{color:red}', Array.from({ length: 10_000 }, (_, n) => `<body a${n}>`).join('')),
    sheet('p{color:red}', `<p ${Array.from({ length: 20_000 }, (_, n) => `a${n}`).join(' ')}>`),
    sheet('p{color:red}', '<b><p>'.repeat(10_000)),
    sheet(Array.from({ length: 5000 }, (_, n) => `p{width:calc(${n}px)}`).join(''), '<p>'.repeat(5000)),
  ];
  for (const html of hostile) assert.ok(html.length < 10_000_000);
  const large = `<style>p{color:red}</style><p>${'x'.repeat(parsedHtmlMax)}`;
  assert.equal(inlineCss(large), large);
  const manySelectors = (count: number) => `<style>${'a,'.repeat(count - 1)}p{color:red}</style><p>x</p>`;
  assert.notEqual(inlineCss(manySelectors(20_000)), manySelectors(20_000));
  assert.equal(inlineCss(manySelectors(20_001)), manySelectors(20_001));
});

test('whatever is inlined, nothing but style attributes changes', () => {
  const piece = fc.constantFrom(
    '<p>',
    '</p>',
    '<b class="x">',
    '</b>',
    '<table>',
    '<td>',
    '<a href=x>',
    '</a>',
    'text',
    '&amp;',
    '<!--',
    '-->',
    '<',
    '>',
    '"',
    "<i id='x'>",
    '<style>p{color:red}',
    '</style>',
    '<svg>',
    '<title>',
    '</title>',
    '<br/>',
    '{{{ pm:unsubscribe }}}',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), pieces => {
      const html = `<style>p, .x, td, #x, a, br{color:red}</style>${pieces.join('')}`;
      assert.equal(inlineCss(html).replaceAll(' style="color: red"', ''), html);
    }),
    { seed: 7003, numRuns: 500 },
  );
});
