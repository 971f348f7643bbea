import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inlineCss } from '@pennyblack/email/html/inline-css.ts';
import { textFromHtml } from '@pennyblack/email/html/text-from-html.ts';
import { parseTemplate } from '@pennyblack/email/templates/parse-template.ts';
import { countContentPlaceholders, placeInLayout } from '@pennyblack/email/templates/place-in-layout.ts';
import { renderTemplate } from '@pennyblack/email/templates/render-template.ts';
import { suggestModel } from '@pennyblack/email/templates/suggest-model.ts';
import type { Template } from '@pennyblack/email/templates/template.ts';
import { parse } from 'parse5';
import { type GalleryTemplate, readGallery } from './index.ts';

const gallery = readGallery();
const layouts = gallery.filter(({ type }) => type === 'Layout');
const templates = gallery.filter(({ type }) => type === 'Standard');

function parsed(source: string, role: 'standard' | 'layout'): Template {
  const result = parseTemplate(source, { role });
  assert.ok(result.kind === 'parsed', JSON.stringify(result));
  return result.template;
}

/** Subject, HTML and text, in the layout where there is one. */
function partsOf({
  layoutAlias,
  subject = '',
  htmlBody,
  textBody,
}: GalleryTemplate): Record<'subject' | 'html' | 'text', Template> {
  const layout = layouts.find(({ alias }) => alias === layoutAlias);
  assert.ok(layout, `${layoutAlias} is a layout of the gallery`);
  return {
    subject: parsed(subject, 'standard'),
    html: placeInLayout(parsed(layout.htmlBody, 'layout'), parsed(htmlBody, 'standard')),
    text: placeInLayout(parsed(layout.textBody, 'layout'), parsed(textBody, 'standard')),
  };
}

function rendered(template: Template, model: unknown, kind: 'html' | 'none'): string {
  const result = renderTemplate(template, model, { escape: kind });
  assert.ok(result.kind === 'rendered', JSON.stringify(result));
  return result.text;
}

/** The paths that the suggestion has and the model lacks. */
function missingFrom(model: unknown, suggested: unknown, path: string): string[] {
  if (Array.isArray(suggested)) {
    if (!Array.isArray(model)) return [path];
    return model.flatMap(element => missingFrom(element, suggested[0], `${path}[]`));
  }
  if (typeof suggested !== 'object' || suggested === null) return model === undefined ? [path] : [];
  if (typeof model !== 'object' || model === null)
    return Object.keys(suggested).length > 0 || model === undefined ? [path] : [];
  const byKey = new Map(Object.entries(model));
  return Object.entries(suggested).flatMap(([key, value]) => missingFrom(byKey.get(key), value, `${path}.${key}`));
}

test('the gallery has three layouts and ten templates, layouts first, each with a use of its own', () => {
  assert.deepEqual(
    gallery.map(({ alias }) => alias),
    [
      ...['bulletin', 'card', 'letter'],
      ...['comment-notification', 'email-confirmation', 'invitation', 'invoice', 'password-reset', 'payment-failed'],
      ...['product-news', 'receipt', 'trial-ending', 'welcome'],
    ],
  );
  for (const { alias, name, description, subject, type, layoutAlias } of gallery) {
    assert.match(alias, /^[A-Za-z][A-Za-z0-9._-]*$/);
    assert.ok(name !== '' && description.endsWith('.'), alias);
    assert.equal(subject === undefined, type === 'Layout', alias);
    assert.equal(layoutAlias === undefined, type === 'Layout', alias);
  }
  assert.deepEqual(
    new Set(templates.map(({ layoutAlias }) => layoutAlias)),
    new Set(layouts.map(({ alias }) => alias)),
  );
});

test('each layout has one place for content in each of its bodies', () => {
  for (const { alias, htmlBody, textBody } of layouts) {
    for (const body of [htmlBody, textBody]) assert.equal(countContentPlaceholders(parsed(body, 'layout')), 1, alias);
  }
});

test('each template renders with its own model, and nothing is missing from that', () => {
  for (const template of templates) {
    const parts = partsOf(template);
    assert.deepEqual(missingFrom(template.testModel, suggestModel(Object.values(parts)), template.alias), []);
    const subject = rendered(parts.subject, template.testModel, 'none');
    assert.ok(subject !== '' && !subject.includes('\n') && subject.length < 80, subject);
    for (const text of [
      rendered(parts.html, template.testModel, 'html'),
      rendered(parts.text, template.testModel, 'none'),
    ]) {
      assert.ok(!text.replaceAll(/\{\{\{ pm:unsubscribe \}\}\}/g, '').includes('{{'), template.alias);
      assert.ok(text.includes('Inkwell Ltd'), template.alias);
    }
  }
});

test('each template says in text what it says in HTML', () => {
  for (const template of templates) {
    const { html, text } = partsOf(template);
    const written = rendered(text, template.testModel, 'none');
    const link = template.testModel.action_url;
    if (typeof link === 'string') {
      assert.ok(written.includes(link), template.alias);
      assert.ok(textFromHtml(rendered(html, template.testModel, 'html')).includes(link), template.alias);
    }
    assert.doesNotMatch(written, /\n{4}/, template.alias);
  }
});

test('each template also renders where the optional parts of its model are absent', () => {
  for (const template of templates) {
    const html = rendered(partsOf(template).html, {}, 'html');
    assert.deepEqual(mistakesIn(html), [], template.alias);
  }
});

test('the HTML is well-formed, and can be read aloud and in the dark', () => {
  for (const template of templates) {
    const html = rendered(partsOf(template).html, template.testModel, 'html');
    assert.deepEqual(mistakesIn(html), [], template.alias);
    assert.match(html, /<html lang="en"/);
    assert.match(html, /prefers-color-scheme: dark/);
    for (const [table] of html.matchAll(/<table[^>]*>/g)) assert.match(table, /role="presentation"|class="lines"/);
    for (const [image] of html.matchAll(/<img[^>]*>/g)) assert.match(image, / alt="/);
  }
});

test('inlining gives the elements their styles and keeps the rest', () => {
  for (const template of templates) {
    const html = rendered(partsOf(template).html, template.testModel, 'html');
    const inlined = inlineCss(html);
    assert.match(inlined, /<td style="[^"]*padding: [^"]+" class="inner"/, template.alias);
    assert.equal(inlined.replaceAll(/ style="[^"]*"/g, ''), html, template.alias);
    assert.ok(inlined.length < 100_000, 'Gmail cuts longer mails');
    assert.match(inlined, /<span style="[^"]*display: none[^"]*" class="preheader">[^<]+/, template.alias);
  }
});

/** What the HTML standard calls parse errors. */
function mistakesIn(html: string): string[] {
  const mistakes: string[] = [];
  parse(html, { onParseError: ({ code, startLine }) => mistakes.push(`${code} in line ${startLine}`) });
  return mistakes;
}
