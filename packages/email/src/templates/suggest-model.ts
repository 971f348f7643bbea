// Infers from templates what a model for them looks like, with sample values: Postmark's `SuggestedTemplateModel`, and what
// a template is rendered with to be tried out. The rules are those of Mustachio's inferred model. It nests what a block
// holds directly below the block's path, so that inside of `each` one `../` is what is around the list, while a rendering
// has the list itself in between: both are kept as they are there.

import { isModelObject, type ModelObject } from './model-values.ts';
import type { Template, TemplateNode, TemplatePath } from './template.ts';

/** Several templates, as subject, HTML and text, share one model. What `givenModel` says wins, key by key. */
export function suggestModel(templates: readonly Template[], givenModel?: unknown): Record<string, unknown> {
  const root = new InferredValue('', undefined);
  for (const template of templates) inferFrom(template.nodes, root);
  const suggested = root.childrenAsObject();
  return isModelObject(givenModel) ? mergeModels(suggested, givenModel) : suggested;
}

class InferredValue {
  readonly #key: string;
  readonly #parent: InferredValue | undefined;
  readonly #children = new Map<string, InferredValue>();
  readonly #usedAs = new Set<'scalar' | 'condition' | 'list'>();

  constructor(key: string, parent: InferredValue | undefined) {
    this.#key = key;
    this.#parent = parent;
  }

  use(path: TemplatePath, usedAs: 'scalar' | 'condition' | 'list'): InferredValue {
    let found: InferredValue = this;
    for (let up = 0; up < path.up && found.#parent !== undefined; up++) found = found.#parent;
    for (const key of path.keys) found = found.#child(key);
    found.#usedAs.add(usedAs);
    return found;
  }

  sample(): unknown {
    if (this.#usedAs.size === 1 && this.#usedAs.has('scalar')) return `${this.#key}_Value`;
    if (!this.#usedAs.has('list')) return this.childrenAsObject();
    if (this.#children.size > 0) return [this.childrenAsObject()];
    return [1, 2, 3].map(number => `${this.#key}_${number}`);
  }

  /** `fromEntries` makes own keys of all names: a path `__proto__` is nothing special. */
  childrenAsObject(): Record<string, unknown> {
    return Object.fromEntries(Array.from(this.#children, ([key, child]) => [key, child.sample()]));
  }

  #child(key: string): InferredValue {
    let child = this.#children.get(key);
    if (child === undefined) {
      child = new InferredValue(key, this);
      this.#children.set(key, child);
    }
    return child;
  }
}

function inferFrom(nodes: readonly TemplateNode[], scope: InferredValue): void {
  for (const { kind, path, body } of nodes) {
    if (kind === 'escaped' || kind === 'raw') scope.use(path, 'scalar');
    else if (kind === 'each') inferFrom(body, scope.use(path, 'list'));
    else if (kind === 'section' || kind === 'inverted') inferFrom(body, scope.use(path, 'condition'));
  }
}

/** As deep as the suggestion goes; below that the given values are taken as they are. */
function mergeModels(suggested: ModelObject, given: ModelObject): Record<string, unknown> {
  const merged = new Map(Object.entries(suggested));
  for (const [key, value] of Object.entries(given)) {
    const before = merged.get(key);
    merged.set(key, isModelObject(before) && isModelObject(value) ? mergeModels(before, value) : value);
  }
  return Object.fromEntries(merged);
}
