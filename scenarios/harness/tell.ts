// Figures that the reader of a run wants to see although all is well, such as the number of second copies.

import { forReaders } from '../../tools/testing/for-readers.ts';

/** One line, shown by the run whether or not the file passes. */
export function tell(line: string): void {
  console.log(`${forReaders}${line}`);
}
