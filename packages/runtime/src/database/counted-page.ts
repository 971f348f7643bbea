// A page of a list and how many there are of all, by two statements.

export type CountedPage<Row> = { totalCount: number; rows: Row[] };

/**
 * Counts first and reads then: each statement sees its own moment, and a row that is written between the two would
 * otherwise be counted and not shown. `offset`: how many rows stand before the page.
 */
export async function readCountedPage<Row>(
  offset: number,
  count: () => Promise<number>,
  readRows: () => Promise<Row[]>,
): Promise<CountedPage<Row>> {
  const counted = await count();
  const rows = await readRows();
  return { totalCount: rows.length === 0 ? counted : Math.max(counted, offset + rows.length), rows };
}
