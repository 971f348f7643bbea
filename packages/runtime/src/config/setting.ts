// What a setting is: a name, a kind of value, a default and one sentence. The reference is generated from these.

/** Reads one kind of value. `problem` completes the sentence "NAME …": 'must be a port, and is "x"'. */
export type Kind<T> = { parse(text: string): Parsed<T> };
export type Parsed<T> = { value: T } | { problem: string };

export type Setting<T> = {
  name: string;
  kind: Kind<T>;
  /** Taken when the setting is absent or empty. */
  defaultValue: T;
  /** What the reference shows as the default. */
  defaultText: string;
  /** One sentence for the operator. */
  sentence: string;
  /** Its value is never repeated in a message. */
  isSecret: boolean;
};

export type Definitions = Readonly<Record<string, Setting<unknown>>>;
export type ValuesOf<D extends Definitions> = { [Key in keyof D]: D[Key] extends Setting<infer T> ? T : never };

type Description = { sentence: string; isSecret?: boolean };

/** A setting with a default of its own. */
export function setting<T>(
  name: string,
  kind: Kind<T>,
  description: Description & { defaultValue: NoInfer<T>; defaultText?: string },
): Setting<T> {
  const { sentence, isSecret = false, defaultValue } = description;
  return { name, kind, defaultValue, defaultText: description.defaultText ?? String(defaultValue), sentence, isSecret };
}

/** A setting that may be absent; `defaultText` says what happens then. */
export function optionalSetting<T>(
  name: string,
  kind: Kind<T>,
  description: Description & { defaultText: string },
): Setting<T | undefined> {
  const { sentence, isSecret = false, defaultText } = description;
  return { name, kind, defaultValue: undefined, defaultText, sentence, isSecret };
}
