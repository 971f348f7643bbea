// Lays out plain text: spaces collapse, lines wrap, paragraphs are one empty line apart, lists and quotes have a prefix.

/** So that a quoted line still fits into the 80 columns of a terminal. */
const width = 78;

type Prefix = { first: string; following: string; isFirstUsed: boolean };

export class TextWriter {
  readonly #written: string[] = [];
  #line = '';
  /** A space was read and is written with the next word. */
  #isSpaceDue = false;
  #isEmptyLineDue = false;
  readonly #prefixes: Prefix[] = [];
  #isPreformatted = false;
  /** Grows with each character, for `textSince`. */
  #sinceMark: string | undefined;

  write(text: string): void {
    // Soft hyphens and characters without width are there for mail programs to break or fill lines with.
    const visible = text.replace(/\u00ad|\u034f|\u200b|\ufeff/g, '');
    if (this.#isPreformatted) this.#writePreformatted(visible);
    else this.#writeWords(visible);
  }

  /** As it is, apart from what is before and after it. */
  writeWord(word: string): void {
    this.#isSpaceDue = true;
    this.#addWord(word);
  }

  breakLine(): void {
    if (this.#line === '' && this.#written.length > 0 && !this.#isEmptyLineDue) this.#isEmptyLineDue = true;
    this.beginLine();
  }

  beginLine(): void {
    if (this.#line !== '') this.#flush();
    this.#isSpaceDue = false;
  }

  beginParagraph(): void {
    this.beginLine();
    if (this.#written.length > 0) this.#isEmptyLineDue = true;
  }

  writeRule(): void {
    this.beginParagraph();
    this.#addWord('-'.repeat(20));
    this.beginParagraph();
  }

  separateCell(): void {
    if (this.#line !== '') this.#line += ' ';
    this.#isSpaceDue = true;
  }

  /** What `writeInside` writes stands behind a prefix. Preformatted text keeps its spaces and line ends. */
  within(prefix: { first: string; following: string }, isPreformatted: boolean, writeInside: () => void): void {
    const isItem = prefix.first !== prefix.following;
    if (isItem) this.beginLine();
    else this.beginParagraph();
    const wasPreformatted = this.#isPreformatted;
    this.#prefixes.push({ ...prefix, isFirstUsed: false });
    this.#isPreformatted = isPreformatted;
    writeInside();
    this.beginLine();
    this.#isPreformatted = wasPreformatted;
    this.#prefixes.pop();
    if (!isItem) this.beginParagraph();
  }

  /** One place at a time: links do not stand in links. */
  mark(): string {
    const before = this.#sinceMark ?? '';
    this.#sinceMark = '';
    return before;
  }

  textSince(before: string): string {
    const text = this.#sinceMark ?? '';
    this.#sinceMark = before === '' ? undefined : before;
    return text;
  }

  finish(): string {
    this.beginLine();
    return this.#written.join('\n');
  }

  #writeWords(text: string): void {
    for (const part of text.split(/([\s\u00a0]+)/)) {
      if (part === '') continue;
      if (/^[\s\u00a0]/.test(part)) this.#isSpaceDue = true;
      else this.#addWord(part);
    }
  }

  #addWord(word: string): void {
    if (this.#sinceMark !== undefined) this.#sinceMark += (this.#isSpaceDue && this.#sinceMark ? ' ' : '') + word;
    const room = width - this.#prefixLength();
    if (this.#isSpaceDue && this.#line !== '' && this.#line.length + 1 + word.length > room) this.#flush();
    if (this.#isSpaceDue && this.#line !== '') this.#line += ' ';
    this.#line += word;
    this.#isSpaceDue = false;
  }

  #writePreformatted(text: string): void {
    const [first = '', ...others] = text.replaceAll('\r', '').split('\n');
    this.#line += first;
    for (const line of others) {
      this.#flush();
      this.#line = line;
    }
  }

  #prefixLength(): number {
    return this.#prefixes.reduce((sum, { following }) => sum + following.length, 0);
  }

  #flush(): void {
    if (this.#isEmptyLineDue && this.#written.length > 0) this.#written.push('');
    this.#isEmptyLineDue = false;
    let start = '';
    for (const prefix of this.#prefixes) {
      start += prefix.isFirstUsed ? prefix.following : prefix.first;
      prefix.isFirstUsed = true;
    }
    this.#written.push((start + this.#line).trimEnd());
    this.#line = '';
  }
}
