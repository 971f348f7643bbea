// docs/reference/tables.md: every table of the schema `pennyblack`, by the feature that owns it.

import { code, page, table } from './markdown.ts';
import type { Table } from './read-tables.ts';

const introduction = `Read from the migrations. Only the \`store.ts\` of the feature that owns a table has statements on it.`;

export function tablesPage(tables: readonly Table[]): string {
  const features = [...new Set(tables.map(({ feature }) => feature))].sort();
  return page(
    'Tables',
    introduction,
    features.map(feature => {
      const owned = tables.filter(candidate => candidate.feature === feature);
      return [`## ${feature}`, ...owned.map(describeTable)].join('\n\n');
    }),
  );
}

function describeTable(described: Table): string {
  const rows = described.columns.map(column => [code(column.name), code(column.type), column.comment]);
  const notes = [
    ...described.constraints.map(constraint => `- ${code(constraint)}`),
    ...described.indexes.map(index => `- index ${code(index)}`),
  ];
  const parts = [
    `### ${described.name}`,
    described.comment,
    table(['Column', 'Type', 'Meaning'], rows),
    notes.join('\n'),
  ];
  return parts.filter(part => part !== '').join('\n\n');
}
