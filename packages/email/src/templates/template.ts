// What a parsed template is: Mustachio, the language of Postmark's templates (its open source engine is the reference:
// github.com/ActiveCampaign/mustachio). Plain data, so that it can be kept, counted and put into a layout.

export type TemplateRole = 'standard' | 'layout';

/** Line and column of the first brace of the tag, both from 1, in UTF-16 units as JavaScript and .NET count them. */
export type TemplateError = { message: string; line: number; characterPosition: number };

/**
 * Where a value is: so many scopes up, then down by these keys. `a../b` is the same as `b`, because going down and up
 * again ends where it began.
 */
export type TemplatePath = { text: string; up: number; keys: readonly string[] };

/** One shape for all kinds: V8 reads objects of one shape several times faster, and rendering does nothing but read them. */
export type TemplateNode = {
  kind: 'text' | 'escaped' | 'raw' | 'section' | 'inverted' | 'each' | 'content';
  /** Of 'text' and 'content': what is put out. */
  text: string;
  path: TemplatePath;
  body: readonly TemplateNode[];
  /** What it takes to look the path up: counted against the limit of a rendering. */
  steps: number;
};

export type Template = {
  role: TemplateRole;
  nodes: readonly TemplateNode[];
  /** About what it takes in memory, for bounded caches. */
  weightInBytes: number;
};

/** Blocks in blocks and the keys of their paths, added up: more would end in a stack that is too small, or in a model nobody can read. */
export const templateDepthMax = 500;

/** A body of a megabyte can hold a hundred thousand mistakes, and nobody reads more than the first ones. */
export const templateErrorsMax = 1000;
