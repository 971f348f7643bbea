// Takes the text out of RTF, or the HTML that Exchange has wrapped into it. One pass over the bytes.
// Sources: the RTF specification 1.9.1; MS-OXRTFEX 2.1.3 (HTML and plain text in RTF).

import { decodeCodePage } from './code-pages.ts';

export type RtfContent = { html: string } | { text: string };

/** Groups deeper than this are read as if they were of the last one. */
const nestingMax = 200;

/** No more characters wait for their neighbours; at worst one of so many is torn apart. */
const pendingMax = 65_536;

/** Groups that say nothing to a reader. */
const silentDestinations: ReadonlySet<string> = new Set(
  'colortbl stylesheet info pict object header footer headerl headerr footerl footerr footnote themedata generator xmlnstbl listtable listoverridetable rsidtbl datastore latentstyles'.split(
    ' ',
  ),
);

const symbols: Readonly<Record<string, string>> = {
  par: '\r\n',
  line: '\r\n',
  sect: '\r\n',
  page: '\r\n',
  row: '\r\n',
  cell: '\t',
  tab: '\t',
  lquote: '\u2018',
  rquote: '\u2019',
  ldblquote: '\u201c',
  rdblquote: '\u201d',
  bullet: '\u2022',
  endash: '\u2013',
  emdash: '\u2014',
};

/** Character sets of fonts as code pages (RTF 1.9.1, "Font Table"). */
const codePagesOfFonts: Readonly<Record<number, number>> = {
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};

type Group = {
  isSilent: boolean;
  /** The table of fonts: it is read for their character sets. */
  isFontTable: boolean;
  /** A group `\*\htmltag`: its text is HTML as it stands. */
  isHtmlTag: boolean;
  /** Between \htmlrtf and \htmlrtf0 stands what only a reader of RTF wants. */
  isForRtfOnly: boolean;
  codePage: number;
  /** Characters that follow a \u and repeat it for older readers. */
  fallbackLength: number;
};

// A control word with its number and the space that ends it; a byte in hexadecimal; a control symbol.
const control = /\\(?:([a-zA-Z]{1,32})(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|([\s\S]))/y;
const plainRun = /[^\\{}\r\n]+/y;

export function readRtf(rtf: Buffer): RtfContent {
  const source = rtf.toString('latin1');
  const isHtml = source.slice(0, 2000).includes('\\fromhtml');
  // A NUL stands at the end of what some compress.
  const text = new RtfReading(source, isHtml).read().replaceAll('\0', '');
  return isHtml ? { html: text } : { text };
}

class RtfReading {
  private readonly source: string;
  private readonly isHtml: boolean;
  private output: string[] = [];
  /** Bytes of a character set wait here for their neighbours: a character may take two. */
  private pending: number[] = [];
  private group: Group = {
    isSilent: false,
    isFontTable: false,
    isHtmlTag: false,
    isForRtfOnly: false,
    codePage: 1252,
    fallbackLength: 1,
  };
  private readonly outer: Group[] = [];
  private documentCodePage = 1252;
  private readonly fonts = new Map<number, number>();
  private fontDefined = 0;
  private fallbackLeft = 0;

  constructor(source: string, isHtml: boolean) {
    this.source = source;
    this.isHtml = isHtml;
  }

  read(): string {
    const { source } = this;
    let depth = 0;
    for (let position = 0; position < source.length; ) {
      const character = source[position];
      if (character === '\\') {
        control.lastIndex = position;
        const match = control.exec(source);
        if (match === null) break;
        position += match[0].length;
        const [, word, number, hex, symbol] = match;
        if (word === 'bin') position += Math.max(0, Number(number ?? 0));
        else if (word !== undefined) this.obeyWord(word, number === undefined ? undefined : Number(number));
        else if (hex !== undefined) this.writeByte(Number.parseInt(hex, 16));
        else this.obeySymbol(symbol ?? '', position);
      } else if (character === '{') {
        depth += 1;
        position += 1;
        this.fallbackLeft = 0;
        if (depth <= nestingMax) this.outer.push({ ...this.group });
      } else if (character === '}') {
        position += 1;
        this.fallbackLeft = 0;
        if (depth > 0 && depth <= nestingMax) {
          this.flush();
          this.group = this.outer.pop() ?? this.group;
        }
        depth = Math.max(0, depth - 1);
      } else if (character === '\r' || character === '\n') {
        position += 1;
      } else {
        plainRun.lastIndex = position;
        const run = plainRun.exec(source)?.[0] ?? '';
        position += run.length;
        this.writeRun(run);
      }
    }
    this.flush();
    return this.output.join('');
  }

  private obeySymbol(symbol: string, position: number): void {
    if (symbol === '*') {
      // A destination that not every reader knows; the one that we know is the HTML.
      if (!this.source.startsWith('\\htmltag', position)) this.group.isSilent = true;
    } else if (symbol === '~') this.write('\u00a0');
    else if (symbol === '_') this.write('\u2011');
    else if (symbol === '\r' || symbol === '\n') this.write('\r\n');
    else if (symbol === '\\' || symbol === '{' || symbol === '}') this.writeRun(symbol);
  }

  private obeyWord(word: string, number: number | undefined): void {
    const { group } = this;
    if (word === 'u' && number !== undefined) {
      this.write(String.fromCharCode(number & 0xffff));
      this.fallbackLeft = group.fallbackLength;
    } else if (word === 'uc') group.fallbackLength = Math.min(Math.max(number ?? 1, 0), 10);
    else if (word === 'ansicpg') {
      this.documentCodePage = number ?? 1252;
      group.codePage = this.documentCodePage;
    } else if (word === 'mac') this.documentCodePage = group.codePage = 10000;
    else if (word === 'htmlrtf') group.isForRtfOnly = number !== 0;
    else if (word === 'htmltag') group.isHtmlTag = true;
    else if (word === 'fonttbl') group.isFontTable = true;
    else if (word === 'f') this.chooseFont(number ?? 0);
    else if (word === 'fcharset' && group.isFontTable) this.defineFont(number ?? 0);
    else if (word === 'plain') this.changeCodePage(this.documentCodePage);
    else if (silentDestinations.has(word)) group.isSilent = true;
    else if (symbols[word] !== undefined) this.write(symbols[word]);
  }

  private chooseFont(font: number): void {
    if (this.group.isFontTable) this.fontDefined = font;
    else this.changeCodePage(this.fonts.get(font) ?? this.documentCodePage);
  }

  private defineFont(charset: number): void {
    const codePage = codePagesOfFonts[charset];
    if (codePage !== undefined && this.fonts.size < 1000) this.fonts.set(this.fontDefined, codePage);
  }

  private changeCodePage(codePage: number): void {
    if (codePage === this.group.codePage) return;
    this.flush();
    this.group.codePage = codePage;
  }

  private isHeard(): boolean {
    const { isSilent, isFontTable, isForRtfOnly } = this.group;
    return !(isSilent || isFontTable || (this.isHtml && isForRtfOnly));
  }

  private writeRun(run: string): void {
    const skipped = Math.min(this.fallbackLeft, run.length);
    this.fallbackLeft -= skipped;
    if (!this.isHeard()) return;
    for (let index = skipped; index < run.length; index += 1) {
      if (this.pending.length === pendingMax) this.flush();
      this.pending.push(run.charCodeAt(index));
    }
  }

  private writeByte(byte: number): void {
    if (this.fallbackLeft > 0) this.fallbackLeft -= 1;
    else if (this.isHeard()) this.pending.push(byte);
  }

  private write(text: string): void {
    if (!this.isHeard()) return;
    this.flush();
    this.output.push(text);
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    this.output.push(decodeCodePage(Buffer.from(this.pending), this.group.codePage));
    this.pending = [];
  }
}
