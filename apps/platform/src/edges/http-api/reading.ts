// What one reading of a request keeps while it walks the JSON: where it stands, and what was wrong so far.

/** Enough to mend a request by; more would only make a large answer out of a large mistake. */
const wrongFieldsMax = 50;
const nameCharactersMax = 100;

export const jsonLevelsMax = 100;

export class Reading {
  readonly hasOddText: boolean;
  readonly wrongFields: string[] = [];
  isTooDeep = false;
  readonly #path: (string | number)[] = [];

  constructor(hasOddText: boolean) {
    this.hasOddText = hasOddText;
  }

  get level(): number {
    return this.#path.length;
  }

  enter(part: string | number): void {
    this.#path.push(part);
  }

  leave(): void {
    this.#path.pop();
  }

  /** Notes the present place once, and returns what a reader returns for a wrong value. */
  noteWrong(): undefined {
    if (this.wrongFields.length >= wrongFieldsMax) return undefined;
    const place = describePath(this.#path);
    if (!this.wrongFields.includes(place)) this.wrongFields.push(place);
    return undefined;
  }

  /** PostgreSQL stores no NUL, and refuses half of a surrogate pair in JSON; the half becomes U+FFFD. */
  cleanText(text: string): string | undefined {
    if (text.includes('\0')) return this.noteWrong();
    return text.toWellFormed();
  }

  isCleanName(name: string): boolean {
    return !name.includes('\0') && name.isWellFormed();
  }
}

function describePath(path: readonly (string | number)[]): string {
  let text = '$';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part) && part.length <= nameCharactersMax) text += `.${part}`;
    else text += `['${part.slice(0, nameCharactersMax).toWellFormed()}']`;
  }
  return text;
}
