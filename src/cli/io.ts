/** A stream that text can be written to. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the program is given by whoever runs it; the real one is made in main.ts. */
export interface Io {
  /** Machine-readable output only. */
  readonly stdout: TextSink;
  /** Everything meant for people. */
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
