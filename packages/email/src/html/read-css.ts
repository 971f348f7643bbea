// Reads a style sheet: rules with their selectors and declarations, as CSS Syntax 3 recovers from errors. At-rules and
// nested rules are passed over, because no style attribute can say them. Each character is looked at once, also in style
// sheets that never end.

export type Declaration = { property: string; value: string; isImportant: boolean };
export type StyleRule = { selectors: string[]; declarations: Declaration[] };

export function readStyleSheet(css: string): StyleRule[] {
  const rules: StyleRule[] = [];
  let position = 0;
  while (position < css.length) {
    const { end, sign } = findSign(css, position, '{;');
    const prelude = withoutComments(css.slice(position, end)).trim();
    const isAtRule = prelude.startsWith('@');
    // A semicolon ends an at-rule like @import; between rules it is part of a selector, which then is none.
    if (sign === ';' && isAtRule) {
      position = end + 1;
      continue;
    }
    const open = sign === ';' ? findSign(css, end + 1, '{').end : end;
    const close = endOfBlock(css, open + 1);
    if (!isAtRule && sign === '{') {
      const declarations = readDeclarations(css.slice(open + 1, close));
      const selectors = splitAt(prelude, ',').map(selector => selector.trim());
      if (declarations.length > 0) rules.push({ selectors, declarations });
    }
    position = close + 1;
  }
  return rules;
}

export function readDeclarations(block: string): Declaration[] {
  const declarations: Declaration[] = [];
  for (const part of splitAt(block, ';')) {
    const found = /^([-\w]+)\s*:(.+)$/s.exec(withoutComments(part).trim());
    // What holds a block of its own is a nested rule.
    if (!found || part.includes('{')) continue;
    const [, property = '', text = ''] = found;
    const bang = text.lastIndexOf('!');
    const isImportant = bang !== -1 && /^!\s*important\s*$/i.test(text.slice(bang));
    const value = (isImportant ? text.slice(0, bang) : text).trim();
    const name = property.startsWith('--') ? property : property.toLowerCase();
    if (value !== '') declarations.push({ property: name, value, isImportant });
  }
  return declarations;
}

/** The first of `signs` that stands outside of strings, comments, brackets and parentheses. */
function findSign(css: string, start: number, signs: string): { end: number; sign: string } {
  let depth = 0;
  for (let at = start; at < css.length; at = afterToken(css, at)) {
    const character = css[at] ?? '';
    if (depth === 0 && signs.includes(character)) return { end: at, sign: character };
    if (character === '(' || character === '[') depth++;
    else if (depth > 0 && (character === ')' || character === ']')) depth--;
  }
  return { end: css.length, sign: '' };
}

/** Where the block that begins before `start` is closed; the end of the text, if it never is. */
function endOfBlock(css: string, start: number): number {
  let depth = 1;
  for (let at = start; at < css.length; at = afterToken(css, at)) {
    if (css[at] === '{') depth++;
    else if (css[at] === '}' && --depth === 0) return at;
  }
  return css.length;
}

function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  while (start <= text.length) {
    const { end } = findSign(text, start, separator);
    parts.push(text.slice(start, end));
    start = end + 1;
  }
  return parts;
}

/** Past one character, or past a whole string, comment or escape. */
function afterToken(css: string, at: number): number {
  const character = css[at];
  if (character === '\\') return at + 2;
  if (character === '/' && css[at + 1] === '*') {
    const end = css.indexOf('*/', at + 2);
    return end === -1 ? css.length : end + 2;
  }
  if (character !== '"' && character !== "'") return at + 1;
  for (let inside = at + 1; inside < css.length; inside++) {
    if (css[inside] === '\\') inside++;
    // A line end ends a string that is not closed.
    else if (css[inside] === character || css[inside] === '\n') return inside + 1;
  }
  return css.length;
}

/** `<!--` and `-->` are allowed around the rules of a style sheet, for browsers of the last century. */
function withoutComments(css: string): string {
  if (!css.includes('/*') && !css.includes('--')) return css;
  let text = '';
  for (let at = 0; at < css.length; ) {
    const after = afterToken(css, at);
    if (!css.startsWith('/*', at)) text += css.slice(at, after);
    at = after;
  }
  return text.replace(/^\s*(?:<!--|-->)/, '').replace(/^\s*(?:<!--|-->)/, '');
}
