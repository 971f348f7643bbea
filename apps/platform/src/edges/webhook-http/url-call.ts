// What a caller of URLs takes and gives. The same shapes as the port that it fills (an edge knows no feature), which
// url-call.test.ts holds at compile time.

export type UrlCall = {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
};

export type UrlFailure = 'timeout' | 'connection' | 'dns' | 'tls' | 'forbidden_address' | 'redirect' | 'url';

export type UrlOutcome =
  | { kind: 'answered'; status: number; answer: string; milliseconds: number }
  | { kind: 'failed'; failure: UrlFailure; text: string; milliseconds: number };

/** One exchange, without the time it took. */
export type HopOutcome =
  | { kind: 'answered'; status: number; answer: string; location: string | undefined }
  | { kind: 'failed'; failure: UrlFailure; text: string };

/** What went wrong below an HTTP client, in its own words: it travels through the client as an error. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly failure: UrlFailure;

  constructor(failure: UrlFailure, text: string) {
    super(text);
    this.failure = failure;
  }
}
