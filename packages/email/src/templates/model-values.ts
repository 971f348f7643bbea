// How values of a model are looked up, judged and written. Only own keys count, whatever they are called: a model comes
// from a stranger, and `constructor` is not in it unless he wrote it there.

export type ModelObject = { readonly [key: string]: unknown };

export function isModelObject(value: unknown): value is ModelObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Lists and scalars have no keys: there is no `length` and no index. What JSON brings inherits from Object.prototype only,
 * so that just the names that stand there have to be asked for as own ones, which takes longer than everything else here.
 */
export function valueOfKey(value: unknown, key: string): unknown {
  if (!isModelObject(value)) return undefined;
  return !(key in Object.prototype) || Object.hasOwn(value, key) ? value[key] : undefined;
}

/**
 * Empty lists and empty objects count as nothing, as 0, false and the empty text do. `withKeys` remembers the objects that
 * have keys: V8 lists all of them to find the first one, and a block in a loop may ask a million times.
 */
export function isTruthy(value: unknown, withKeys: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  if (withKeys.has(value)) return true;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    withKeys.add(value);
    return true;
  }
  return false;
}

/** As .NET writes it without a culture: `True` and `False`, a point in numbers. Objects and lists are no text. */
export function textOfValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return textOfNumber(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return String(value);
    default:
      return '';
  }
}

/** JavaScript's `1e+21` and `1e-7` are `1E+21` and `1E-07` in .NET. */
function textOfNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const text = String(value);
  if (!text.includes('e')) return text;
  return text.replace(/e([+-])(\d+)$/, (_, sign, digits) => `E${sign}${String(digits).padStart(2, '0')}`);
}
