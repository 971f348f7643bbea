// docs/reference/settings.md: every setting, its default and what it means.

import { code, page, table } from './markdown.ts';

export type DescribedSetting = { name: string; default: string; meaning: string };

const introduction = `Environment variables, read once at start and checked then: a wrong one stops the start with a sentence that says
what to change.`;

export function settingsPage(settings: readonly DescribedSetting[]): string {
  const rows = settings.map(setting => [code(setting.name), code(setting.default), setting.meaning]);
  return page('Settings', introduction, [table(['Name', 'Default', 'Meaning'], rows)]);
}
