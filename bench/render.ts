// How many mails of the starter receipt with fifty lines our template engine renders per second, beside mustache and
// handlebars with the same template in their words. All three have parsed or compiled it before, and write the same text.

import { parseTemplate } from '@pennyblack/email/templates/parse-template.ts';
import { placeInLayout } from '@pennyblack/email/templates/place-in-layout.ts';
import { renderTemplate } from '@pennyblack/email/templates/render-template.ts';
import type { Template, TemplateRole } from '@pennyblack/email/templates/template.ts';
import { readGallery } from '@pennyblack/platform/features/templates/gallery/index.ts';
import handlebars from 'handlebars';
import mustache from 'mustache';
import { describeGoal, goals } from './goals.ts';
import { median, perSecond, printTable, times } from './harness/print-table.ts';
import type { Session } from './harness/session.ts';
import type { BenchOptions } from './options.ts';

const lines = 50;
const names = { ours: 'Pennyblack', mustache: 'mustache', handlebars: 'handlebars, compiled' };

export async function benchRender(session: Session, { rounds, seconds, isProfile }: BenchOptions): Promise<void> {
  const { layout, content, model } = readReceipt();
  const contestants = new Map<string, () => string>([
    [names.ours, prepareOurs(layout, content, model)],
    [names.mustache, prepareMustache(layout, content, model)],
    [names.handlebars, prepareHandlebars(layout, content, model)],
  ]);
  checkSameText(contestants);
  if (isProfile) return printProfileHint();

  for (const render of contestants.values()) rendersPerSecond(render, seconds);
  const rates = new Map<string, number[]>([...contestants.keys()].map(name => [name, []]));
  for (let round = 1; round <= rounds && !session.stopping.aborted; round += 1) {
    for (const [name, render] of contestants) {
      rates.get(name)?.push(rendersPerSecond(render, seconds));
      // Ctrl-C is heard between two runs.
      await new Promise(resolve => setImmediate(resolve));
    }
    console.log(
      `round ${round} of ${rounds}: ${[...rates].map(([name, all]) => `${name} ${perSecond(all.at(-1) ?? 0)}`).join('; ')}`,
    );
  }
  printRates(rates, contestants.get(names.ours)?.().length ?? 0);
}

function readReceipt() {
  const gallery = readGallery();
  const receipt = gallery.find(({ alias }) => alias === 'receipt');
  const layout = gallery.find(({ alias }) => alias === receipt?.layoutAlias);
  if (!receipt || !layout) throw new Error('The gallery has no receipt with a layout.');
  const ordered = Array.from({ length: lines }, (_, line) => ({
    description: `Paper & ink, box ${line + 1}`,
    quantity: 1 + (line % 3),
    amount: `${(line + 1) * 3}.50 EUR`,
  }));
  return { layout: layout.htmlBody, content: receipt.htmlBody, model: { ...receipt.testModel, lines: ordered } };
}

function prepareOurs(layout: string, content: string, model: object): () => string {
  const placed = placeInLayout(parsed(layout, 'layout'), parsed(content, 'standard'));
  return () => {
    const rendered = renderTemplate(placed, model, { escape: 'html' });
    if (rendered.kind === 'failed') throw new Error(rendered.error);
    return rendered.text;
  };
}

function parsed(source: string, role: TemplateRole): Template {
  const result = parseTemplate(source, { role });
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.errors));
  return result.template;
}

/** Mustache has sections for lists, looks outwards by itself, and drops the line of a tag that stands alone. */
function prepareMustache(layout: string, content: string, model: object): () => string {
  const template = join(layout, content).replace(/\{\{#each lines\}\}(.*?)\{\{\/each\}\}/gs, '{{#lines}}$1{{/lines}}');
  mustache.parse(template);
  return () => mustache.render(template, model);
}

function prepareHandlebars(layout: string, content: string, model: object): () => string {
  const template = handlebars.compile(join(layout, content));
  return () => template(model);
}

function join(layout: string, content: string): string {
  return layout.replace(/\{\{\{ @content \}\}\}/, () => content);
}

/** Apart from the lines of block tags, and from the entities of `=` and `/`, which the others write and need not. */
function checkSameText(contestants: ReadonlyMap<string, () => string>): void {
  const texts = [...contestants].map(([name, render]) => ({
    name,
    text: render().replaceAll('&#x2F;', '/').replaceAll('&#x3D;', '=').replace(/\s+/g, ''),
  }));
  const wrong = texts.find(({ text }) => text !== texts[0]?.text);
  if (wrong) throw new Error(`${wrong.name} renders another text than ${texts[0]?.name}.`);
}

function rendersPerSecond(render: () => string, seconds: number): number {
  const started = performance.now();
  let count = 0;
  let milliseconds = 0;
  while (milliseconds < seconds * 1000) {
    for (let repeated = 0; repeated < 20; repeated += 1) render();
    count += 20;
    milliseconds = performance.now() - started;
  }
  return (count * 1000) / milliseconds;
}

function printProfileHint(): void {
  console.log('This bench is one process without I/O: node --cpu-prof bench/run.ts render --rounds 1');
}

function printRates(rates: ReadonlyMap<string, number[]>, length: number): void {
  const ours = median(rates.get(names.ours) ?? []);
  printTable(
    `The starter receipt with ${lines} lines, ${length} characters of HTML`,
    ['engine', 'mails/s', 'ours to it'],
    [...rates].map(([name, all]) => [
      name,
      perSecond(median(all)),
      name === names.ours ? '' : times(ours / median(all)),
    ]),
  );
  const ratio = (name: string) => ours / median(rates.get(name) ?? []);
  printTable(
    'Goals',
    ['ratio', 'reached', 'first step', 'goal', ''],
    [
      describeGoal(goals.renderMustache, ratio(names.mustache)),
      describeGoal(goals.renderHandlebars, ratio(names.handlebars)),
    ],
  );
}
