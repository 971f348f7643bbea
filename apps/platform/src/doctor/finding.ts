// What one look of the doctor has found.

export type Finding = {
  /** What was looked at, in a word or two. */
  about: string;
  state: 'ok' | 'warn' | 'fail';
  text: string;
  /** What to do; there is one for everything that is not ok. */
  fix?: string;
};

export const ok = (about: string, text: string): Finding => ({ about, state: 'ok', text });
export const warn = (about: string, text: string, fix: string): Finding => ({ about, state: 'warn', text, fix });
export const fail = (about: string, text: string, fix: string): Finding => ({ about, state: 'fail', text, fix });

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
