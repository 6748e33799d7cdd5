import { onTestFinished } from 'vitest';
import type { Dealer } from 'zeromq';
import type { Batch } from '../../../src/core/batch.js';
import { type ConnectOptions, connect, type RemoteStream } from '../../../src/transport/client/index.js';
import { createServer, type ServerOptions, type StreamServer } from '../../../src/transport/server/index.js';
import { type ArrayProvider, arrayProvider } from './array-provider.js';
import { ArraySource } from './array-source.js';
import { freshAddress } from './places.js';
import { RawClient } from './raw-client.js';

export interface Served {
  readonly server: StreamServer;
  readonly source: ArraySource;
  /** The first address. */
  readonly at: string;
}

/** A server that the end of the test closes. */
export async function serve(options: Partial<Omit<ServerOptions, 'source'>> & { source?: ArraySource } = {}): Promise<Served> {
  const source = options.source ?? new ArraySource();
  const server = await createServer({ endpoints: [freshAddress('tcp')], lingerMs: 50, ...options, source });
  onTestFinished(() => server.close());
  return { server, source, at: server.endpoints[0]! };
}

/** A client that the end of the test closes. */
export async function join(endpoint: string, options: ConnectOptions = {}): Promise<RemoteStream> {
  const stream = await connect(endpoint, { preferIpc: false, ...options });
  onTestFinished(() => stream.close());
  return stream;
}

/** A bare DEALER that the end of the test closes. */
export function raw(endpoint: string, dealer?: Dealer): RawClient {
  const client = new RawClient(endpoint, dealer);
  onTestFinished(() => client.close());
  return client;
}

export interface Provided {
  readonly server: StreamServer;
  readonly provider: ArrayProvider;
  readonly at: string;
}

/** A server of a provider's streams, which the end of the test closes. */
export async function provide(
  options: Partial<Omit<ServerOptions, 'source' | 'provider'>> & { provider?: ArrayProvider } = {},
): Promise<Provided> {
  const provider = options.provider ?? arrayProvider();
  const server = await createServer({ endpoints: [freshAddress('tcp')], lingerMs: 50, ...options, provider });
  onTestFinished(async () => {
    await server.close();
    provider.main.close();
  });
  return { server, provider, at: server.endpoints[0]! };
}

/** The next batches of a stream. */
export async function take(stream: RemoteStream, count: number): Promise<Batch[]> {
  const batches = stream[Symbol.asyncIterator]();
  const taken: Batch[] = [];
  while (taken.length < count) taken.push((await batches.next()).value!);
  return taken;
}
