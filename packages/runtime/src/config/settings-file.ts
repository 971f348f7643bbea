// Reads a file of settings: `NAME=value` lines, empty lines, and lines that begin with #. Quotes around a whole value are
// taken off, as Docker Compose and systemd do; nothing is expanded.

export type FileSetting = { value: string; line: number };

/** @returns the settings by name, and a sentence for every line that cannot be read. */
export function parseSettingsFile(text: string): { settings: Map<string, FileSetting>; problems: string[] } {
  const settings = new Map<string, FileSetting>();
  const problems: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const content = raw.replace(/^\uFEFF/, '').trim();
    if (content === '' || content.startsWith('#')) continue;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(content);
    const [, name, value = ''] = match ?? [];
    if (name === undefined) {
      problems.push(`line ${line} is not of the form NAME=value.`);
      continue;
    }
    const earlier = settings.get(name);
    if (earlier) problems.push(`${name} is set twice, in lines ${earlier.line} and ${line}; keep one.`);
    else settings.set(name, { value: unquote(value), line });
  }
  return { settings, problems };
}

function unquote(value: string): string {
  const match = /^(["'])(.*)\1$/.exec(value);
  return match?.[2] ?? value;
}
