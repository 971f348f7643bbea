// Finds the ends of what stands between delimiters in an address list. Source: RFC 5322 3.2.2 (comments), 3.2.4 (quoted strings).

/** Gives the position after the closing quote. A loop, because a pattern of this shape eats stack on a long text. */
export function endOfQuotes(text: string, open: number): number | undefined {
  for (let position = open + 1; position < text.length; position += 1) {
    const character = text[position];
    if (character === '\\') position += 1;
    else if (character === '"') return position + 1;
  }
  return undefined;
}

/** Comments nest (RFC 5322 3.2.2). Gives the position after the closing bracket. */
export function endOfComment(text: string, open: number): number | undefined {
  let depth = 0;
  for (let position = open; position < text.length; position += 1) {
    const character = text[position];
    if (character === '\\') position += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
  return undefined;
}
