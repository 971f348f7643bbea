// How a test says something that the reader of a run should see although all is well: measured figures, counts.

/** A line of output that begins so is shown for files that pass, too. */
export const forReaders = '>> ';
