// Parses a template, and finds everything that is wrong with it in one reading. Which tag means what, in which order, and
// each wording come from Mustachio's tokenizer: customers read the texts, and programs compare them.

import { findTags } from './find-tags.ts';
import { currentScope, readPath } from './read-path.ts';
import {
  type Template,
  type TemplateError,
  type TemplateNode,
  type TemplatePath,
  type TemplateRole,
  templateDepthMax,
  templateErrorsMax,
} from './template.ts';

export type ParsedTemplate = { kind: 'parsed'; template: Template } | { kind: 'invalid'; errors: TemplateError[] };

/** Only a layout has a place for content; elsewhere `{{{ @content }}}` is a path that does not exist. */
export function parseTemplate(source: string, options: { role?: TemplateRole } = {}): ParsedTemplate {
  const parse = new TemplateParse(source, options.role ?? 'standard');
  return parse.run();
}

/** `name` is what a closing tag must say: the path of a section, the whole tag of an each block. */
type OpenBlock = { name: string; at: number; isEach: boolean; depth: number; parentBody: TemplateNode[] };
type Mistake = { at: number; message: string };

class TemplateParse {
  readonly #source: string;
  readonly #role: TemplateRole;
  readonly #root: TemplateNode[] = [];
  #body: TemplateNode[] = this.#root;
  #open: OpenBlock[] = [];
  #mistakes: Mistake[] = [];
  #weightInBytes: number;
  #isTooDeep = false;

  constructor(source: string, role: TemplateRole) {
    this.#source = source;
    this.#role = role;
    this.#weightInBytes = 200 + 2 * source.length;
  }

  run(): ParsedTemplate {
    let position = 0;
    for (const { at, source } of findTags(this.#source)) {
      this.#addText(this.#source.slice(position, at));
      this.#readTag(source, at);
      position = at + source.length;
    }
    this.#addText(this.#source.slice(position));
    for (const { name, at } of this.#open) {
      const path = name.replace(/^[{#]+|[}]+$/g, '').replace(/^each /, '');
      this.#mistake(
        at,
        `A scope block to the following path was opened but not closed: '${path.trim()}', please close it using the appropriate syntax.`,
      );
    }
    if (this.#mistakes.length > 0) return { kind: 'invalid', errors: locate(this.#source, this.#mistakes) };
    return {
      kind: 'parsed',
      template: { role: this.#role, nodes: this.#root, weightInBytes: this.#weightInBytes },
    };
  }

  #readTag(tag: string, at: number): void {
    if (tag.startsWith('{{#each')) this.#openEach(tag, at);
    else if (tag.startsWith('{{/each')) this.#closeEach(tag, at);
    else if (tag.startsWith('{{#')) this.#openSection('section', inside(tag, '#'), at);
    else if (tag.startsWith('{{^')) this.#openSection('inverted', inside(tag, '^'), at);
    else if (tag.startsWith('{{/')) this.#closeSection(inside(tag, '/'), at);
    else if (this.#role === 'layout' && /^\{\{\{\s*@content\s*\}\}\}$/.test(tag))
      this.#add('content', currentScope, tag);
    // Each recipient has an unsubscribe link of his own, so that these are replaced after the rendering.
    else if (/^\{\{\{\s*pm:/.test(tag)) this.#addText(tag);
    else if (tag.startsWith('{{{') || tag.startsWith('{{&')) this.#addValue('raw', inside(tag, '&'), at);
    else if (!tag.startsWith('{{!')) this.#addValue('escaped', inside(tag, ''), at);
  }

  #openEach(tag: string, at: number): void {
    const afterEach = inside(tag, '#').slice('each'.length);
    const isGiven = /^ \s*\S/.test(afterEach);
    if (!isGiven) {
      this.#mistake(
        at,
        "The 'each' block being opened requires a model path to be specified in the form '{{#each <name>}}'.",
      );
    }
    this.#openBlock('each', tag, isGiven ? this.#path(afterEach.trim(), at) : currentScope, at);
  }

  #closeEach(tag: string, at: number): void {
    if (tag !== '{{/each}}') this.#mistake(at, "The syntax to close the 'each' block should be: '{{/each}}'.");
    else if (this.#open.at(-1)?.isEach) this.#closeBlock();
    else {
      this.#mistake(
        at,
        "An 'each' block is being closed, but no corresponding opening element ('{{#each <name>}}') was detected.",
      );
    }
  }

  /** `{{#x}}yes{{^x}}no{{/x}}`: a block of the same name ends the one before, and only one closing tag follows. */
  #openSection(kind: 'section' | 'inverted', name: string, at: number): void {
    const before = this.#open.at(-1);
    const isContinued = before?.name === name;
    if (isContinued) this.#closeBlock();
    this.#openBlock(kind, name, this.#path(name, at), isContinued ? before.at : at);
  }

  #closeSection(name: string, at: number): void {
    if (this.#open.at(-1)?.name === name) this.#closeBlock();
    else this.#mistake(at, 'It appears that open and closing elements are mismatched.');
  }

  #openBlock(kind: 'section' | 'inverted' | 'each', name: string, path: TemplatePath, at: number): void {
    const body: TemplateNode[] = [];
    this.#add(kind, path, '', body);
    const depth = this.#depth(path) + 1;
    this.#checkDepth(depth, at);
    this.#open.push({ name, at, isEach: kind === 'each', depth, parentBody: this.#body });
    this.#body = body;
  }

  #closeBlock(): void {
    this.#body = this.#open.pop()?.parentBody ?? this.#root;
  }

  #addText(text: string): void {
    if (text !== '') this.#add('text', currentScope, text);
  }

  #addValue(kind: 'escaped' | 'raw', text: string, at: number): void {
    const path = this.#path(text, at);
    this.#checkDepth(this.#depth(path), at);
    this.#add(kind, path, '');
  }

  #add(kind: TemplateNode['kind'], path: TemplatePath, text: string, body: TemplateNode[] = noNodes): void {
    this.#body.push({ kind, text, path, body, steps: 1 + path.up + path.keys.length });
    this.#weightInBytes += 150 + 50 * path.keys.length;
  }

  #depth(path: TemplatePath): number {
    return (this.#open.at(-1)?.depth ?? 0) + path.keys.length;
  }

  #checkDepth(depth: number, at: number): void {
    if (depth <= templateDepthMax || this.#isTooDeep) return;
    this.#isTooDeep = true;
    this.#mistake(at, `Blocks and paths cannot be nested deeper than ${templateDepthMax} levels.`);
  }

  #path(text: string, at: number): TemplatePath {
    const path = readPath(text);
    if (path) return path;
    this.#mistake(at, `The path '${text}' is not valid. Please see documentation for examples of valid paths.`);
    return currentScope;
  }

  #mistake(at: number, message: string): void {
    this.#mistakes.push({ at, message });
  }
}

const noNodes: TemplateNode[] = [];

/** What a tag says, without its braces, its sign and the spaces around it. */
function inside(tag: string, sign: '#' | '^' | '/' | '&' | ''): string {
  const braces = tag.startsWith('{{{') ? 3 : 2;
  let start = braces;
  while (sign !== '' && tag[start] === sign) start++;
  return tag.slice(start, -braces).trim();
}

/** Sorted by their places; the lines are counted once for all of them. */
function locate(source: string, mistakes: Mistake[]): TemplateError[] {
  const sorted = mistakes.toSorted((a, b) => a.at - b.at).slice(0, templateErrorsMax);
  let line = 1;
  let lineStart = 0;
  let lineEnd = source.indexOf('\n');
  return sorted.map(({ at, message }) => {
    while (lineEnd !== -1 && lineEnd < at) {
      line++;
      lineStart = lineEnd + 1;
      lineEnd = source.indexOf('\n', lineStart);
    }
    return { message, line, characterPosition: at - lineStart + 1 };
  });
}
