// Puts the rules of <style> elements into the style attributes of the elements that they match, for mail programs that
// drop style sheets. Only style attributes change: every other character stays, comments for Outlook, placeholders,
// entities and the style elements too, because media queries, `:hover`, fonts and what is in comments need them. Nothing is
// ever fetched: <link> and @import stay as they are.

import { type MatchBudget, matches, readSelector, type Selector } from './css-selector.ts';
import { type Declaration, readDeclarations, readStyleSheet } from './read-css.ts';
import { type PlacedElement, readStyledDocument, type StyledDocument } from './styled-elements.ts';

/** Comparisons of a selector with an element. A mail of 500 elements and 200 rules takes some 20,000. */
const matchStepsMax = 3_000_000;
const costOfDeclaration = 20;
/** Of all style sheets together; the largest mails have some hundred. Reading one takes microseconds. */
const selectorsMax = 20_000;

/** What style attributes may add, in UTF-16 units. */
const addedMax = 5 * 1024 * 1024;
/** Values of one property that fall back to each other. */
const fallbacksMax = 4;

/** HTML that is too large, too deep, or too costly to match comes back as it was: a plain mail is better than none. */
export function inlineCss(html: string): string {
  if (!/<style/i.test(html)) return html;
  const document = readStyledDocument(html);
  if (document === undefined) return html;
  const styles = stylesOf(document);
  return styles === undefined ? html : writeStyles(html, styles);
}

type WeighedRule = { selector: Selector; weight: number; order: number; declarations: readonly Declaration[] };
type StyleChange = { element: PlacedElement; style: string };

function stylesOf({ elements, styleSheets }: StyledDocument): StyleChange[] | undefined {
  const rules = rulesOf(styleSheets);
  if (!rules.isComplete) return undefined;
  // The cells of a long table match the same rules.
  const known = new Map<string, string>();
  const budget: MatchBudget = { stepsLeft: matchStepsMax };
  const changes: StyleChange[] = [];
  const placesTaken = new Set<number>();
  let added = 0;
  for (const element of elements) {
    const matching = rules.matching(element, budget);
    for (const { declarations } of matching) budget.stepsLeft -= costOfDeclaration * declarations.length;
    if (budget.stepsLeft < 0) return undefined;
    // Misnested tags make one start tag into several elements: the first one speaks for it.
    if (matching.length === 0 || placesTaken.has(element.afterName)) continue;
    placesTaken.add(element.afterName);
    const own = element.style?.value ?? '';
    const key = `${matching.map(({ order }) => order).join()} ${own}`;
    const style = known.get(key) ?? cascade(matching, own);
    known.set(key, style);
    added += style.length;
    if (added > addedMax) return undefined;
    changes.push({ element, style });
  }
  return changes;
}

/** Mail after mail of one template has the same style sheets. */
const recentRules = new Map<string, RuleIndex>();
const recentRulesMax = 20;
const recentSheetLengthMax = 50_000;

function rulesOf(styleSheets: readonly string[]): RuleIndex {
  const key = styleSheets.join('\0');
  const rules = recentRules.get(key) ?? new RuleIndex(styleSheets);
  recentRules.delete(key);
  if (key.length > recentSheetLengthMax) return rules;
  recentRules.set(key, rules);
  for (const oldest of recentRules.keys()) {
    if (recentRules.size <= recentRulesMax) break;
    recentRules.delete(oldest);
  }
  return rules;
}

/** Rules by the id, the class or the tag of their last compound, so that most of them are not even looked at. */
class RuleIndex {
  readonly #byKey = new Map<string, WeighedRule[]>();
  /** False when there are too many selectors: none of them is read then. */
  readonly isComplete: boolean;

  constructor(styleSheets: readonly string[]) {
    let order = 0;
    const rules = styleSheets.flatMap(readStyleSheet);
    this.isComplete = rules.reduce((sum, { selectors }) => sum + selectors.length, 0) <= selectorsMax;
    if (!this.isComplete) return;
    for (const { selectors, declarations } of rules) {
      order++;
      for (const text of selectors) {
        const read = readSelector(text);
        if (read) this.#add({ ...read, order, declarations });
      }
    }
  }

  /** In the order in which they apply: the last one wins. */
  matching(element: PlacedElement, budget: MatchBudget): WeighedRule[] {
    const keys = [`#${element.attributes.get('id')}`, element.tag, '*'];
    for (const className of element.classes) keys.push(`.${className}`);
    const found = keys
      .flatMap(key => this.#byKey.get(key) ?? [])
      .filter(({ selector }) => matches(selector, element, budget));
    return found.toSorted((a, b) => a.weight - b.weight || a.order - b.order);
  }

  #add(rule: WeighedRule): void {
    const { id, className, tag } = rule.selector.compound;
    const key = id !== undefined ? `#${id}` : className !== undefined ? `.${className}` : (tag ?? '*');
    const rules = this.#byKey.get(key);
    if (rules) rules.push(rule);
    else this.#byKey.set(key, [rule]);
  }
}

/**
 * One style attribute that says the same. What is important in a style sheet comes behind all that is not, but without its
 * mark, so that important rules of a media query still win over it.
 */
function cascade(rules: readonly WeighedRule[], ownStyle: string): string {
  const fromSheets = rules.flatMap(({ declarations }) => declarations);
  const own = readDeclarations(ownStyle);
  const normal = (declaration: Declaration) => !declaration.isImportant;
  const important = (declaration: Declaration) => declaration.isImportant;
  const ordered = [
    ...fromSheets.filter(normal),
    ...own.filter(normal),
    ...fromSheets.filter(important),
    ...own.filter(important).map(declaration => ({ ...declaration, value: `${declaration.value} !important` })),
  ];

  const kept = new Map<string, string[]>();
  for (const { property, value } of ordered) {
    const before = kept.get(property) ?? [];
    // A set that is written again goes to the end, so that `margin` overrides `margin-top` and not the other way round.
    kept.delete(property);
    // A value that a mail program may not know is written behind the one it falls back to.
    kept.set(
      property,
      isUnderstoodEverywhere(value)
        ? [value]
        : [...before.filter(other => other !== value).slice(1 - fallbacksMax), value],
    );
  }
  return Array.from(kept, ([property, values]) => values.map(value => `${property}: ${value}`).join('; ')).join('; ');
}

/** Plain words, numbers and colours; not functions, vendors' words or custom properties. */
function isUnderstoodEverywhere(value: string): boolean {
  return /^(?!-[a-z])[\w\s.,%#"'!-]*$/i.test(value);
}

function writeStyles(html: string, changes: readonly StyleChange[]): string {
  let written = '';
  let position = 0;
  for (const { element, style } of changes.toSorted((a, b) => a.element.afterName - b.element.afterName)) {
    const attribute = `style="${style.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
    const { start, end } = element.style ?? { start: element.afterName, end: element.afterName };
    written += html.slice(position, start) + (element.style ? attribute : ` ${attribute}`);
    position = end;
  }
  return written + html.slice(position);
}
