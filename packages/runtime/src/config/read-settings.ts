// Reads all settings at once, and says everything that is wrong with them at once.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { closestName } from './closest-name.ts';
import type { Definitions, ValuesOf } from './setting.ts';
import { parseSettingsFile } from './settings-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every sentence names a setting and says what to change. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';
  readonly sentences: readonly string[];

  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.sentences = sentences;
  }
}

export type ReadOptions<D extends Definitions> = {
  definitions: D;
  environment: Environment;
  /** Names that begin so are ours: one that no setting has is a mistake. */
  prefix: string;
  /** Names the file; otherwise `defaultFile`, which need not exist. */
  fileVariable: string;
  defaultFile: string;
};

/** The environment wins over the file; an empty value counts as absent. All problems come back together. */
export function readSettings<D extends Definitions>(
  options: ReadOptions<D>,
): { values: ValuesOf<D>; given: ReadonlySet<string>; problems: readonly string[] } {
  const problems: string[] = [];
  const known = [...Object.values(options.definitions).map(each => each.name), options.fileVariable];
  const file = readFile(options, problems);

  for (const name of Object.keys(options.environment)) {
    if (name.startsWith(options.prefix) && !known.includes(name)) problems.push(unknownName(name, known));
  }
  for (const [name, { line }] of file.settings) {
    if (!known.includes(name)) problems.push(`${file.name}, line ${line}: ${unknownName(name, known)}`);
  }

  const values: Record<string, unknown> = {};
  const given = new Set<string>();
  for (const [key, definition] of Object.entries(options.definitions)) {
    const fromFile = file.settings.get(definition.name);
    const fromEnvironment = options.environment[definition.name]?.trim();
    const text = fromEnvironment ? fromEnvironment : fromFile?.value.trim();
    values[key] = definition.defaultValue;
    if (!text) continue;
    given.add(definition.name);
    const parsed = definition.kind.parse(text);
    if ('value' in parsed) {
      values[key] = parsed.value;
      continue;
    }
    const where = fromEnvironment || !fromFile ? '' : ` (${file.name}, line ${fromFile.line})`;
    const problem = definition.isSecret ? parsed.problem.replace(/, and is .*$/s, '') : parsed.problem;
    problems.push(`${definition.name}${where} ${problem}.`);
  }
  // Each key of `definitions` was given its own value or default above.
  return { values: values as ValuesOf<D>, given, problems };
}

function readFile<D extends Definitions>(options: ReadOptions<D>, problems: string[]) {
  const named = options.environment[options.fileVariable];
  const name = named ? named : options.defaultFile;
  let text = '';
  try {
    text = readFileSync(path.resolve(name), 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const words = error instanceof Error ? error.message : String(error);
    if (named) problems.push(`${options.fileVariable} names a file that cannot be read: ${words}.`);
    else if (!isMissing) problems.push(`The settings file ${name} cannot be read: ${words}.`);
  }
  const { settings, problems: unreadable } = parseSettingsFile(text);
  problems.push(...unreadable.map(problem => `${name}: ${problem}`));
  return { name, settings };
}

function unknownName(name: string, known: readonly string[]): string {
  const bare = known.find(each => name.endsWith(`_${each}`));
  const meant = bare ?? closestName(name.toUpperCase(), known);
  const hint = meant ? `did you mean ${meant}?` : 'see docs/reference/settings.md for those there are.';
  return `${name} is not a setting of Pennyblack; ${hint}`;
}
