// docs/reference/commands.md: what an operator does by hand.

import { code, page, table } from './markdown.ts';

export type DescribedCommand = { usage: string; summary: string };

const introduction = 'Each as `npm run pennyblack -- COMMAND`, beside a running platform or without one.';

export function commandsPage(commands: readonly DescribedCommand[]): string {
  const rows = commands.map(command => [code(command.usage), command.summary]);
  return page('Commands', introduction, [table(['Command', 'What it does'], rows)]);
}
