// Finds what someone meant who wrote a name with a slip of the finger.

const slipsMax = 3;

/** The nearest of `names` within three insertions, deletions or replacements; undefined when none is near. */
export function closestName(written: string, names: readonly string[]): string | undefined {
  let best: { name: string; slips: number } | undefined;
  for (const name of names) {
    const slips = slipsBetween(written, name);
    if (slips <= slipsMax && (best === undefined || slips < best.slips)) best = { name, slips };
  }
  return best?.name;
}

/** Levenshtein's distance, one row at a time. */
function slipsBetween(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above.at(-1) ?? 0;
}
