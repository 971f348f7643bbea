// The style of inlined mail as Chromium computes it: the same with and without inlining, and nearly all of it left where a
// mail program drops style sheets. Skipped where no Chromium is installed (Debian: `chromium`).

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { inlineCss } from '@pennyblack/email/html/inline-css.ts';
import { parseTemplate } from '@pennyblack/email/templates/parse-template.ts';
import { placeInLayout } from '@pennyblack/email/templates/place-in-layout.ts';
import { renderTemplate } from '@pennyblack/email/templates/render-template.ts';
import type { Template, TemplateRole } from '@pennyblack/email/templates/template.ts';
import { readGallery } from '@pennyblack/platform/features/templates/gallery/index.ts';
import { chromiumPath, skipWithoutChromium } from './chromium.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pennyblack-styles-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('inlined mail looks the same, with its style sheets and without them', { skip: skipWithoutChromium }, async () => {
  const mails = [...galleryMails(), ...awkwardMails];
  const variants = mails.map(html => [html, inlineCss(html), withoutStyleSheets(inlineCss(html))]);
  const compared = await compareStyles([...variants, ['<p>a', '<p style="color: red">a', '<p>a']]);
  assert.deepEqual(compared.pop(), { elements: 1, differences: ['P color: rgb(0, 0, 0) / rgb(255, 0, 0)'] });
  for (const [mail, { elements, differences }] of compared.entries()) {
    assert.ok(elements > 3, 'the elements were read');
    assert.deepEqual(differences, [], mails[mail]);
  }
});

const awkwardMails: readonly string[] = [
  `<style>p{color:red;margin:0 0 5px} p.x{margin-top:9px;margin:3px} #i.x{color:blue}</style>
   <div><p class="x">a</p><p id="i" class="x" style="color:green;padding:1px">b</p><p>c</p></div>`,
  `<style>td{color:#111 !important;border:1px solid red} tr:nth-child(2n) > td{color:#222;background:url("a b.png") #eee}
   tbody tr td:first-child{border-left:0} table > tr > td{color:pink}</style>
   <table><tr><td>1<td style="color:red">2<tr><td>3<td>4</table>`,
  `<!doctype html><html><head><style>
   body{font:14px/1.5 Georgia, "Times New Roman", serif} a[href^="https"]{color:rgb(1,2,3);text-decoration:none}
   li:not(.last) + li{padding:calc(1px + 2px)} h1 ~ ul .y, .z b{width:50px;width:min(40px, 10em);display:inline-block}
   *{letter-spacing:1px}</style></head>
   <body class="z"><h1>t</h1><ul><li class="y">1<li>2<li class="last">3</ul><a href="https://x.test">l</a> <b>bold</b></body></html>`,
  `<style>p{color:red;color:notacolour;} p{color:blue} div > p{font-size:20px; font-size: var(--none, 21px)}</style>
   <div><p>a<p>b<b>c<p>d</div>`,
];

function galleryMails(): string[] {
  const gallery = readGallery();
  return gallery
    .filter(({ alias }) => ['comment-notification', 'product-news', 'receipt'].includes(alias))
    .map(({ htmlBody, layoutAlias, testModel }) => {
      const layout = gallery.find(({ alias }) => alias === layoutAlias)?.htmlBody ?? '';
      const placed = placeInLayout(parsed(layout, 'layout'), parsed(htmlBody, 'standard'));
      const rendered = renderTemplate(placed, testModel, { escape: 'html' });
      assert.ok(rendered.kind === 'rendered');
      // A colour scheme of the root element cannot be seen in a frame, and is for programs that keep style sheets.
      return rendered.text.replace(/:root \{[^}]*\}/, '');
    });
}

function parsed(source: string, role: TemplateRole): Template {
  const result = parseTemplate(source, { role });
  assert.ok(result.kind === 'parsed');
  return result.template;
}

function withoutStyleSheets(html: string): string {
  return html.replaceAll(/<style.*?<\/style>/gs, '');
}

type Comparison = { elements: number; differences: string[] };

/**
 * Where the whole computed style of an element of the first of some variants differs from that in another one. All in one
 * page: starting a browser takes longer than reading the mails.
 */
async function compareStyles(variants: readonly (readonly string[])[]): Promise<Comparison[]> {
  const page = path.join(folder, 'page.html');
  await writeFile(
    page,
    `<!doctype html><meta charset="utf-8"><pre id="result"></pre>
<script type="application/json" id="mails">${JSON.stringify(variants).replaceAll('<', '\\u003c')}</script>
<script>
const show = mail => new Promise(done => {
  const frame = document.createElement('iframe');
  frame.width = 900; frame.height = 600; frame.srcdoc = mail;
  frame.onload = () => done(frame);
  document.body.append(frame);
});
const elementsOf = frame => [...frame.contentDocument.body.querySelectorAll('*:not(style)')];
const compare = (frame, others) => {
  const elements = elementsOf(frame);
  const differences = [];
  for (const other of others) elementsOf(other).forEach((element, place) => {
    const before = frame.contentWindow.getComputedStyle(elements[place]);
    const after = other.contentWindow.getComputedStyle(element);
    for (const name of ['color', ...before]) {
      const [left, right] = [before.getPropertyValue(name), after.getPropertyValue(name)];
      if (left === right) continue;
      differences.push(element.tagName + ' ' + name + ': ' + left + ' / ' + right);
      break;
    }
  });
  return { elements: elements.length, differences };
};
(async () => {
  const compared = [];
  for (const mails of JSON.parse(document.getElementById('mails').textContent)) {
    const frames = await Promise.all(mails.map(show));
    compared.push(compare(frames[0], frames.slice(1)));
    for (const frame of frames) frame.remove();
  }
  document.getElementById('result').textContent = btoa(JSON.stringify(compared));
})();
</script>`,
  );
  const words = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=60000', '--dump-dom'];
  const { stdout } = await promisify(execFile)(
    chromiumPath,
    [...words, `--user-data-dir=${path.join(folder, 'profile')}`, pathToFileURL(page).href],
    { maxBuffer: 50 * 1024 * 1024 },
  );
  const result = /<pre id="result">(.*?)<\/pre>/s.exec(stdout)?.[1] ?? '';
  return JSON.parse(Buffer.from(result, 'base64').toString()) as Comparison[];
}
