import type { IndexedSource, OpenedStream, StreamProvider, StreamRequest } from '../../core/source.js';

const textOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, textOf(inner)]),
      )
    : value;

/** The same text for the same request, in whatever order its arguments were given. */
export function requestKey({ profile, split }: StreamRequest): string {
  return JSON.stringify(textOf({ profile, split }));
}

/** The split that a session asks by index, opened when it is first asked for and shared among sessions. */
export interface Items {
  /** @throws ConfigError as `StreamProvider.open` */
  get(): Promise<IndexedSource>;
  /** Lets go of it. */
  release(): void;
}

/** Splits by index that are open, each closed when its last session lets go. */
export class OpenItems {
  private readonly open = new Map<string, { readonly stream: Promise<OpenedStream>; users: number }>();

  constructor(private readonly provider: StreamProvider) {}

  /** A session's hold on what a request names. */
  of(request: StreamRequest): Items {
    const key = requestKey(request);
    let held = false;
    return {
      get: async () => {
        let entry = this.open.get(key);
        if (!entry) {
          entry = { stream: this.provider.open(request), users: 0 };
          this.open.set(key, entry);
        }
        if (!held) entry.users++;
        held = true;
        try {
          return (await entry.stream).items;
        } catch (error) {
          if (this.open.get(key) === entry) this.open.delete(key);
          throw error;
        }
      },
      release: () => {
        const entry = this.open.get(key);
        if (!held || !entry) return;
        held = false;
        if (--entry.users > 0) return;
        this.open.delete(key);
        void this.close(entry.stream);
      },
    };
  }

  async closeAll(): Promise<void> {
    const streams = [...this.open.values()].map(({ stream }) => stream);
    this.open.clear();
    await Promise.all(streams.map((stream) => this.close(stream)));
  }

  private async close(stream: Promise<OpenedStream>): Promise<void> {
    await stream.then((opened) => opened.close()).catch(() => {});
  }
}
