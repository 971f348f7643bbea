// Values whose shape is the caller's own, such as a template's model: kept as they are, null included, once it is sure
// that nothing in them can hurt: no name `__proto__`, no text that cannot be stored, no endless depth.

import { jsonLevelsMax, type Reading } from './reading.ts';

/** Changes texts in place where they must be mended: the value was parsed for this request and belongs to no one else. */
export function readFreeValue(value: unknown, reading: Reading): unknown {
  if (typeof value === 'string') return reading.hasOddText ? reading.cleanText(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (reading.level >= jsonLevelsMax) {
    reading.isTooDeep = true;
    return undefined;
  }
  if (Array.isArray(value)) readItems(value, reading);
  else readNames(value as Record<string, unknown>, reading);
  return value;
}

function readItems(items: unknown[], reading: Reading): void {
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (!mustBeLookedAt(item, reading)) continue;
    reading.enter(index);
    items[index] = readFreeValue(item, reading);
    reading.leave();
  }
}

function readNames(values: Record<string, unknown>, reading: Reading): void {
  for (const name in values) {
    const isWrongName = name === '__proto__' || (reading.hasOddText && !reading.isCleanName(name));
    const value = values[name];
    if (!isWrongName && !mustBeLookedAt(value, reading)) continue;
    reading.enter(name);
    if (isWrongName) reading.noteWrong();
    else values[name] = readFreeValue(value, reading);
    reading.leave();
  }
}

function mustBeLookedAt(value: unknown, reading: Reading): boolean {
  return (typeof value === 'object' && value !== null) || (reading.hasOddText && typeof value === 'string');
}
