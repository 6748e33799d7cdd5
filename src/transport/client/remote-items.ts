import { TransportError } from '../../core/errors.js';
import type { SampleTensor } from '../../core/sample.js';
import type { SamplesReply } from '../protocol/index.js';
import type { ClientSession } from './client-session.js';

/** Samples that were asked for by index. */
export interface IndexedSamples {
  readonly ids: readonly number[];
  /** [n, C, T, V, M] float32. */
  readonly x: Float32Array;
  readonly shape: readonly number[];
  /** Class numbers [n]. */
  readonly y: Int32Array;
  /** Further tensors by name, [n, ...]. */
  readonly extras: Readonly<Record<string, SampleTensor>>;
}

/** The clips of a split by index: deterministic, and recordings alone. */
export interface RemoteItems {
  /** Number of clips, their ids and class numbers. @throws TransportError TIMEOUT, CLOSED, REFUSED */
  list(): Promise<{ readonly size: number; readonly names: readonly string[]; readonly labels: Int32Array }>;
  /**
   * Samples by index, in the order asked for; the same (epoch, index) gives the same sample.
   * @throws ConfigError CONFIG_INVALID (no such index); TransportError TIMEOUT, CLOSED, REFUSED
   */
  get(ids: readonly number[], epoch?: number): Promise<IndexedSamples>;
}

/** Indices of one question; the server takes no more. */
const IDS_AT_ONCE = 1024;

function joined<A extends Float32Array | Int32Array>(make: (length: number) => A, pieces: readonly A[]): A {
  if (pieces.length === 1) return pieces[0]!;
  const out = make(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece as never, at);
    at += piece.length;
  }
  return out;
}

const floats = (length: number): Float32Array => new Float32Array(length);
const ints = (length: number): Int32Array => new Int32Array(length);

/** Puts the messages of an answer together. */
export function joinSamples(parts: readonly SamplesReply[]): IndexedSamples {
  const [first] = parts;
  if (first === undefined) throw new TransportError('PROTOCOL_MESSAGE', 'an answer without samples');
  const ids = parts.flatMap((part) => part.ids);
  const whole = (shape: readonly number[]): number[] => [ids.length, ...shape.slice(1)];
  const extras: Record<string, SampleTensor> = {};
  for (const [name, { dtype, shape }] of Object.entries(first.extras)) {
    const pieces = parts.map((part) => part.extras[name]!.data);
    const data = dtype === '<f4' ? joined(floats, pieces as Float32Array[]) : joined(ints, pieces as Int32Array[]);
    extras[name] = { dtype, shape: whole(shape), data };
  }
  return {
    ids,
    x: joined(
      floats,
      parts.map(({ x }) => x),
    ),
    shape: whole(first.shape),
    y: joined(
      ints,
      parts.map(({ y }) => y),
    ),
    extras,
  };
}

/** The items of an open session. */
export function remoteItems(session: ClientSession): RemoteItems {
  return {
    async list() {
      const { size, names, labels } = await session.list();
      return { size, names, labels };
    },
    async get(ids, epoch = 0) {
      const parts: SamplesReply[] = [];
      for (let from = 0; from < ids.length; from += IDS_AT_ONCE)
        parts.push(...(await session.get(ids.slice(from, from + IDS_AT_ONCE), epoch)));
      return joinSamples(parts);
    },
  };
}
