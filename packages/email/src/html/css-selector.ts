// Selectors of style sheets: read, weighed, and matched against elements. Only what is true of an element for good can be
// put into its style attribute, so that a selector with `:hover`, `::before` and the like is none here.

export type StyledElement = {
  tag: string;
  classes: ReadonlySet<string>;
  attributes: ReadonlyMap<string, string>;
  parent: StyledElement | undefined;
  previous: StyledElement | undefined;
  /** From 1, among all children of its parent and among those of the same tag; with the counts of both. */
  index: number;
  indexOfType: number;
  siblings: { count: number; ofType: Map<string, number> };
};

type Relation = ' ' | '>' | '+' | '~';
type Condition = (element: StyledElement) => boolean;
/** `cost` is what one comparison takes off the budget. */
type Compound = { tag?: string; id?: string; className?: string; conditions: Condition[]; cost: number };

/** The rightmost compound, and what must be true of the elements before or around it. */
export type Selector = { compound: Compound; left?: { relation: Relation; selector: Selector } };
/** `weight` orders like the specificity of Selectors 4: ids, then classes, then tags. */
export type WeighedSelector = { selector: Selector; weight: number };

/** What matching may cost. Below zero nothing matches any more, and the caller gives up. */
export type MatchBudget = { stepsLeft: number };

/** So that the parts of a selector are few, and following them back needs little of the stack. */
const selectorLengthMax = 1000;
/** Longer values of attributes equal nothing; they are texts and links with data in them. */
const attributeLengthMax = 1000;
const costOfAttribute = 10;

const weightOfId = 1_000_000;
const weightOfClass = 1000;
const weightOfTag = 1;

const word = String.raw`(?:[-\w\u0080-\uffff]|\\[^\n])+`;
const simple = new RegExp(
  [
    String.raw`(?<tag>\*|${word})`,
    `#(?<id>${word})`,
    String.raw`\.(?<className>${word})`,
    String.raw`\[\s*(?<attribute>${word})\s*(?:(?<operator>[~|^$*]?=)\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>${word}))\s*(?<flag>[iI])?\s*)?\]`,
    String.raw`:(?<pseudo>[-a-zA-Z]+)(?:\((?<argument>[^()]*)\))?`,
  ].join('|'),
  'y',
);

/** Nothing, if a style attribute cannot stand for it. */
export function readSelector(text: string): WeighedSelector | undefined {
  const source = text.trim();
  if (source.length > selectorLengthMax) return undefined;
  let position = 0;
  let weight = 0;
  let selector: Selector | undefined;
  let relation: Relation | undefined;
  while (true) {
    const read = readCompound(source, position);
    if (read === undefined) return undefined;
    weight += read.weight;
    selector = { compound: read.compound, ...(selector && relation ? { left: { relation, selector } } : {}) };
    if (read.end === source.length) return { selector, weight };

    const between = /[\s>+~]*/y;
    between.lastIndex = read.end;
    const found = between.exec(source)?.[0] ?? '';
    relation = relationOf(found);
    if (relation === undefined) return undefined;
    position = read.end + found.length;
  }
}

/** `element` matches, with all that is before and around it. */
export function matches(selector: Selector, element: StyledElement, budget: MatchBudget): boolean {
  budget.stepsLeft -= selector.compound.cost;
  if (budget.stepsLeft < 0 || !matchesCompound(selector.compound, element)) return false;
  if (!selector.left) return true;
  const { relation, selector: left } = selector.left;
  const isAround = relation === ' ' || relation === '>';
  for (
    let other = isAround ? element.parent : element.previous;
    other;
    other = isAround ? other.parent : other.previous
  ) {
    if (matches(left, other, budget)) return true;
    if (relation === '>' || relation === '+' || budget.stepsLeft < 0) return false;
  }
  return false;
}

function relationOf(between: string): Relation | undefined {
  const sign = between.trim();
  if (sign === '') return between === '' ? undefined : ' ';
  return sign === '>' || sign === '+' || sign === '~' ? sign : undefined;
}

function readCompound(source: string, start: number): { compound: Compound; weight: number; end: number } | undefined {
  const compound: Compound = { conditions: [], cost: 1 };
  let weight = 0;
  let end = start;
  while (true) {
    simple.lastIndex = end;
    const found = simple.exec(source);
    if (found === null) break;
    const weightHere = addSimple(compound, found.groups ?? {}, end === start);
    if (weightHere === undefined) return undefined;
    weight += weightHere;
    compound.cost += found.groups?.attribute === undefined ? 1 : costOfAttribute;
    end += found[0].length;
  }
  return end === start ? undefined : { compound, weight, end };
}

type SimpleParts = { [name: string]: string | undefined };

function addSimple(compound: Compound, parts: SimpleParts, isFirst: boolean): number | undefined {
  const { tag, id, className, attribute, pseudo } = parts;
  if (tag !== undefined) {
    if (!isFirst) return undefined;
    if (tag === '*') return 0;
    compound.tag = unescapeName(tag).toLowerCase();
    return weightOfTag;
  }
  if (id !== undefined) {
    const wanted = unescapeName(id);
    if (compound.id !== undefined && compound.id !== wanted) return undefined;
    compound.id = wanted;
    return weightOfId;
  }
  if (className !== undefined) {
    const wanted = unescapeName(className);
    if (compound.className === undefined) compound.className = wanted;
    else compound.conditions.push(element => element.classes.has(wanted));
    return weightOfClass;
  }
  if (attribute !== undefined) {
    compound.conditions.push(attributeCondition(unescapeName(attribute).toLowerCase(), parts));
    return weightOfClass;
  }
  return addPseudo(compound, (pseudo ?? '').toLowerCase(), parts.argument);
}

function addPseudo(compound: Compound, pseudo: string, argument: string | undefined): number | undefined {
  if (pseudo === 'not' && argument !== undefined) {
    const read = readCompound(argument.trim(), 0);
    if (read === undefined || read.end !== argument.trim().length) return undefined;
    compound.conditions.push(element => !matchesCompound(read.compound, element));
    compound.cost += read.compound.cost;
    return read.weight;
  }
  const condition = argument === undefined ? placeConditions[pseudo] : nthCondition(pseudo, argument);
  if (condition === undefined) return undefined;
  compound.conditions.push(condition);
  return weightOfClass;
}

const countOfType = ({ siblings, tag }: StyledElement) => siblings.ofType.get(tag) ?? 0;

const placeConditions: { readonly [pseudo: string]: Condition | undefined } = {
  root: element => element.parent === undefined,
  'first-child': element => element.index === 1,
  'last-child': element => element.index === element.siblings.count,
  'only-child': element => element.siblings.count === 1,
  'first-of-type': element => element.indexOfType === 1,
  'last-of-type': element => element.indexOfType === countOfType(element),
  'only-of-type': element => countOfType(element) === 1,
};

const nthPlaces: { readonly [pseudo: string]: ((element: StyledElement) => number) | undefined } = {
  'nth-child': element => element.index,
  'nth-last-child': element => element.siblings.count - element.index + 1,
  'nth-of-type': element => element.indexOfType,
  'nth-last-of-type': element => countOfType(element) - element.indexOfType + 1,
};

/** `odd`, `even`, `3`, `2n+1`, `-n + 3`. */
function nthCondition(pseudo: string, argument: string): Condition | undefined {
  const place = nthPlaces[pseudo];
  const text = argument.trim().toLowerCase().replace(/\s+/g, '');
  const written = text === 'odd' ? '2n+1' : text === 'even' ? '2n' : text;
  const found = /^(?:([+-]?\d{0,6})n)?([+-]?\d{1,6})?$/.exec(written);
  if (!place || !found || written === '') return undefined;
  const [, every, from] = found;
  const step = every === undefined ? 0 : /\d/.test(every) ? Number(every) : every === '-' ? -1 : 1;
  const first = Number(from ?? 0);
  return element => {
    const distance = place(element) - first;
    return step === 0 ? distance === 0 : distance % step === 0 && distance / step >= 0;
  };
}

function attributeCondition(attribute: string, parts: SimpleParts): Condition {
  const { operator, double, single, bare, flag } = parts;
  if (operator === undefined) return element => element.attributes.has(attribute);
  const fold = (text: string) => (flag === undefined ? text : text.toLowerCase());
  const wanted = fold(double ?? single ?? unescapeName(bare ?? ''));
  return element => {
    const value = element.attributes.get(attribute);
    if (value === undefined || value.length > attributeLengthMax) return false;
    return compareAttribute(fold(value), operator, wanted);
  };
}

function compareAttribute(value: string, operator: string, wanted: string): boolean {
  switch (operator) {
    case '=':
      return value === wanted;
    case '|=':
      return value === wanted || value.startsWith(`${wanted}-`);
    case '~=':
      return value.split(/\s+/).includes(wanted);
    case '^=':
      return wanted !== '' && value.startsWith(wanted);
    case '$=':
      return wanted !== '' && value.endsWith(wanted);
    default:
      return wanted !== '' && value.includes(wanted);
  }
}

function matchesCompound({ tag, id, className, conditions }: Compound, element: StyledElement): boolean {
  if (tag !== undefined && tag !== element.tag) return false;
  if (id !== undefined && id !== element.attributes.get('id')) return false;
  if (className !== undefined && !element.classes.has(className)) return false;
  return conditions.every(condition => condition(element));
}

function unescapeName(text: string): string {
  return text.replace(/\\([0-9a-fA-F]{1,6})\s?|\\(.)/g, (_, hex, character) =>
    hex === undefined ? character : String.fromCodePoint(Math.min(Number.parseInt(hex, 16) || 0xfffd, 0x10ffff)),
  );
}
