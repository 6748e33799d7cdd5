/** A stream that text can be written to. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where keys come from. */
export interface KeySource {
  readonly isTTY?: boolean;
  /** Makes keys come one by one, unechoed; there on terminals only. */
  setRawMode?(raw: boolean): unknown;
  on(event: 'data', listener: (data: Buffer | string) => void): unknown;
  off(event: 'data', listener: (data: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** What the program is given by whoever runs it; the real one is made in main.ts. */
export interface Io {
  /** Machine-readable output only. */
  readonly stdout: TextSink;
  /** Everything meant for people. */
  readonly stderr: TextSink;
  /** Keys that are typed while a command runs; absent where nobody types. */
  readonly stdin?: KeySource;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
