// The one line that a run of tests ends with. Machines read it, so its shape is fixed.

export type Counts = { passed: number; failed: number; skipped: number };

export function summaryLine(counts: Counts): string {
  const line = `${counts.passed} passed, ${counts.failed} failed`;
  return counts.skipped > 0 ? `${line}, ${counts.skipped} skipped` : line;
}
