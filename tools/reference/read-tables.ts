// Reads the tables out of the migrations: columns, keys, indexes, and the comments that stand above them. It understands
// the SQL that our migrations are written in (one column to a line), not SQL at large; what it does not know it passes over.

export type Migration = { feature: string; sql: string };

export type Column = { name: string; type: string; comment: string };
export type Table = {
  feature: string;
  name: string;
  comment: string;
  columns: Column[];
  /** Primary key, unique and check constraints, and partitioning, as written. */
  constraints: string[];
  indexes: string[];
};

export function readTables(migrations: readonly Migration[]): Table[] {
  const tables = new Map<string, Table>();
  for (const { feature, sql } of migrations)
    for (const statement of splitStatements(sql)) applyStatement(tables, feature, statement);
  return [...tables.values()];
}

type Statement = { comment: string; lines: string[] };

function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let comments: string[] = [];
  let lines: string[] = [];
  let isInFunction = false;
  for (const line of sql.split('\n')) {
    if (lines.length === 0) {
      if (line.startsWith('--')) comments.push(line.slice(2).trim());
      else if (line.trim() === '') comments = [];
      if (line.startsWith('--') || line.trim() === '') continue;
    }
    lines.push(line);
    if ((line.split('$$').length - 1) % 2 === 1) isInFunction = !isInFunction;
    if (isInFunction || !line.trimEnd().endsWith(';')) continue;
    statements.push({ comment: comments.join(' '), lines });
    comments = [];
    lines = [];
  }
  return statements;
}

function applyStatement(tables: Map<string, Table>, feature: string, { comment, lines }: Statement): void {
  const text = lines.join(' ').replace(/\s+/g, ' ').replace(/;\s*$/, '');
  const created = /^create (?:unlogged )?table (?:if not exists )?(\S+) \(/i.exec(text)?.[1];
  if (created !== undefined) {
    tables.set(created, readTable(feature, created, comment, lines));
    return;
  }
  const indexed = /^create (unique )?index (?:concurrently )?(?:if not exists )?\S+ on (?:only )?(\S+) (.+)$/i.exec(
    text,
  );
  if (indexed !== null) {
    tables.get(indexed[2] ?? '')?.indexes.push(`${indexed[1] ?? ''}${indexed[3]}`);
    return;
  }
  const added = /^alter table (\S+) add column (?:if not exists )?(\S+) (.+)$/i.exec(text);
  if (added !== null) tables.get(added[1] ?? '')?.columns.push({ name: added[2] ?? '', type: added[3] ?? '', comment });
  const dropped = /^alter table (\S+) drop column (?:if exists )?(\S+)/i.exec(text);
  const changed = tables.get(dropped?.[1] ?? '');
  if (changed !== undefined) changed.columns = changed.columns.filter(column => column.name !== dropped?.[2]);
  const gone = /^drop table (?:if exists )?(\S+)/i.exec(text);
  if (gone !== null) tables.delete(gone[1] ?? '');
}

const constraintWords = /^(primary key|unique|constraint|foreign key|check|exclude|like)\b/i;

function readTable(feature: string, name: string, comment: string, lines: readonly string[]): Table {
  const table: Table = { feature, name, comment, columns: [], constraints: [], indexes: [] };
  let comments: string[] = [];
  let definition = '';
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    if (line.startsWith(')')) {
      const rest = line.slice(1).replace(/;\s*$/, '').trim();
      if (rest !== '') table.constraints.push(rest);
      break;
    }
    const [sql = '', trailing] = line.trim().split(/\s*--\s*/, 2);
    if (trailing !== undefined) comments.push(trailing);
    definition = `${definition} ${sql}`.trim();
    // A definition goes on over several lines until its brackets are closed and a comma ends it.
    if (definition === '' || !isWhole(definition, lines[index + 1])) continue;
    addDefinition(table, definition.replace(/,$/, ''), comments.join(' '));
    definition = '';
    comments = [];
  }
  return table;
}

function isWhole(definition: string, nextLine: string | undefined): boolean {
  const isOpen = definition.split('(').length > definition.split(')').length;
  return !isOpen && (definition.endsWith(',') || nextLine === undefined || nextLine.startsWith(')'));
}

function addDefinition(table: Table, definition: string, comment: string): void {
  if (constraintWords.test(definition)) {
    table.constraints.push(definition);
    return;
  }
  const [name = '', ...type] = definition.split(' ');
  table.columns.push({ name, type: type.join(' '), comment });
}
