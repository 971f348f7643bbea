// Renders a template with a model. It never throws and always ends: steps and output are counted, because blocks in
// blocks over long lists multiply.

import { encodeHtml } from './encode-html.ts';
import { isTruthy, textOfValue, valueOfKey } from './model-values.ts';
import type { Template, TemplateNode, TemplatePath } from './template.ts';

export type RenderOptions = {
  /** 'html' for HTML bodies; text bodies and subjects are not escaped. */
  escape: 'html' | 'none';
  /** In UTF-16 units. A message cannot be larger than 10 MB. */
  outputMax?: number;
  /** Values looked up and blocks entered. */
  stepsMax?: number;
};

export type RenderedTemplate = { kind: 'rendered'; text: string; steps: number } | { kind: 'failed'; error: string };

export const renderOutputMax = 10 * 1024 * 1024;
export const renderStepsMax = 1_000_000;

type Scope = { value: unknown; parent: Scope | undefined };

/** `steps` are what it took: about one for each tag that was passed. */
export function renderTemplate(template: Template, model: unknown, options: RenderOptions): RenderedTemplate {
  const rendering = new Rendering(options);
  rendering.renderNodes(template.nodes, { value: model, parent: undefined });
  if (rendering.error !== undefined) return { kind: 'failed', error: rendering.error };
  return { kind: 'rendered', text: rendering.output, steps: rendering.steps };
}

class Rendering {
  output = '';
  steps = 0;
  error: string | undefined;
  readonly #withKeys = new Set<object>();
  readonly #isHtml: boolean;
  readonly #outputMax: number;
  readonly #stepsMax: number;

  constructor(options: RenderOptions) {
    this.#isHtml = options.escape === 'html';
    this.#outputMax = options.outputMax ?? renderOutputMax;
    this.#stepsMax = options.stepsMax ?? renderStepsMax;
  }

  /** False ends the rendering: `error` says why. */
  renderNodes(nodes: readonly TemplateNode[], scope: Scope): boolean {
    for (const node of nodes) {
      this.steps += node.steps;
      switch (node.kind) {
        case 'text':
        case 'content':
          this.output += node.text;
          break;
        case 'escaped': {
          const text = textOfValue(lookUp(node.path, scope));
          this.output += this.#isHtml ? encodeHtml(text) : text;
          break;
        }
        case 'raw':
          this.output += textOfValue(lookUp(node.path, scope));
          break;
        default:
          if (!this.#renderBlock(node, enter(node.path, scope))) return false;
      }
      if (this.output.length > this.#outputMax || this.steps > this.#stepsMax) return this.#failByLimit();
    }
    return true;
  }

  #renderBlock(node: TemplateNode, scope: Scope): boolean {
    const { value } = scope;
    const isShown = isTruthy(value, this.#withKeys);
    if (node.kind === 'inverted') return isShown || this.renderNodes(node.body, scope);
    if (!isShown) return true;
    if (node.kind === 'section') return this.renderNodes(node.body, scope);
    if (!Array.isArray(value)) {
      this.error = `'${node.path.text}' is used like an array by the template, but is a scalar value or object in your model.`;
      return false;
    }
    // An empty body is passed once for each element too.
    this.steps += value.length;
    if (this.steps > this.#stepsMax) return this.#failByLimit();
    for (const element of value) if (!this.renderNodes(node.body, { value: element, parent: scope })) return false;
    return true;
  }

  #failByLimit(): boolean {
    this.error =
      this.steps > this.#stepsMax
        ? `The template takes more than ${this.#stepsMax} steps to render with this model.`
        : `The rendered content is longer than ${this.#outputMax} characters.`;
    return false;
  }
}

function goUp(scope: Scope, times: number): Scope {
  let reached = scope;
  // Above the root there is the root.
  for (let up = 0; up < times && reached.parent !== undefined; up++) reached = reached.parent;
  return reached;
}

function lookUp(path: TemplatePath, scope: Scope): unknown {
  let { value } = path.up === 0 ? scope : goUp(scope, path.up);
  for (const key of path.keys) value = valueOfKey(value, key);
  return value;
}

/** Each key of the path is a scope of its own: inside of `{{#a.b}}`, `../` is `a`. */
function enter(path: TemplatePath, scope: Scope): Scope {
  let entered = goUp(scope, path.up);
  for (const key of path.keys) entered = { value: valueOfKey(entered.value, key), parent: entered };
  return entered;
}
