// docs/reference/settings.md: every setting, its default and what it means.

import type { Definitions } from '../../packages/runtime/src/config/setting.ts';
import { code, page, plain, table } from './markdown.ts';

const introduction = `Environment variables, also in a file; read once at start and checked then: a wrong one stops the start with a
sentence that says what to change. The value of a setting marked *secret* is never shown in a message or in the log.`;

/** In the order of config.ts, which goes from what everyone sets to what few do. */
export function settingsPage(settings: Definitions): string {
  const rows = Object.values(settings).map(({ name, defaultText, sentence, isSecret }) => [
    code(name),
    plain(defaultText),
    isSecret ? `${plain(sentence)} *Secret.*` : plain(sentence),
  ]);
  return page('Settings', introduction, [table(['Name', 'Default', 'Meaning'], rows)]);
}
