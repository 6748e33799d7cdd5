import type { Batch } from '../../core/batch.js';
import { batchDigest } from './digest.js';
import type { Fields } from './fields.js';
import { encodeHeader, type HeaderMap } from './header.js';
import type { BatchHeader } from './server-messages.js';
import {
  bytesOf,
  decodeBytes,
  decodeFloats,
  decodeInts,
  encodeFloats,
  encodeInts,
  readTensor,
  type WireTensor,
} from './tensor.js';

/** How a session wants its batches. */
export interface BatchFormat {
  /** Bytes in the header instead of frames of their own. */
  readonly inline: boolean;
  /** Element type of x. */
  readonly dtype: '<f4' | '<f2';
}

export interface SendOptions extends BatchFormat {
  readonly lease: number;
  readonly redelivered: boolean;
  /** ms since the Unix epoch. */
  readonly sentAtMs: number;
}

/** A batch as received, with what the transport needs beside it. */
export interface ReceivedBatch {
  readonly k: 'BATCH';
  readonly lease: number;
  readonly digest: string;
  readonly redelivered: boolean;
  readonly sentAtMs: number;
  readonly batch: Batch;
}

/**
 * The frames of a batch: `[header, x, y, origin, weight]`, or `[header]` where inline. x (`<f4`), origin and weight are sent
 * from the batch's own memory, so the batch must not change until its lease is acknowledged.
 */
export function encodeBatch(batch: Batch, options: SendOptions): Buffer[] {
  const { N, C, T, V, M } = batch.shape;
  const parts = [
    { name: 'x', dtype: options.dtype, shape: [N, C, T, V, M], bytes: encodeFloats(batch.x, options.dtype) },
    { name: 'y', dtype: '<i8', shape: [N], bytes: encodeInts(batch.y) },
    { name: 'origin', dtype: '|u1', shape: [N], bytes: bytesOf(batch.origin) },
    { name: 'weight', dtype: '<f4', shape: [N], bytes: encodeFloats(batch.weight, '<f4') },
  ] as const;
  const tensors: WireTensor[] = parts.map(({ name, dtype, shape, bytes }, i) => ({
    name,
    dtype,
    shape,
    data: options.inline ? bytes : i,
  }));
  const header: BatchHeader = {
    k: 'BATCH',
    lease: options.lease,
    seq: batch.seq,
    epoch: batch.epoch,
    step: batch.step,
    rev: batch.rev,
    ratio: batch.ratio,
    mix: batch.mix,
    ids: batch.ids,
    digest: batchDigest(batch.seq, batch.ids, batch.y),
    t: { made: batch.madeAtMs, sent: options.sentAtMs },
    tensors,
    ...(options.redelivered ? { redelivered: true as const } : {}),
  };
  const frame = encodeHeader(header as unknown as HeaderMap);
  return options.inline ? [frame] : [frame, ...parts.map((part) => part.bytes)];
}

/**
 * The batch of a BATCH header and its payload frames; arrays are views of the frames where alignment allows.
 *
 * @throws TransportError PROTOCOL_MESSAGE where a field or tensor is missing, of another type, or its sizes do not agree
 */
export function readBatch(f: Fields, payload: readonly Uint8Array[]): ReceivedBatch {
  const tensors = new Map(
    f.maps('tensors', 16).map((fields) => [fields.text('name', 64), { fields, ...readTensor(fields, payload) }]),
  );
  const tensor = (name: string) =>
    tensors.get(name) ?? f.fail('tensors', [...tensors.keys()], `a list with the tensor "${name}"`);
  const x = tensor('x');
  if (x.shape.length !== 5) return x.fields.fail('shape', x.shape, 'the five sizes N, C, T, V, M');
  const [N, C, T, V, M] = x.shape as [number, number, number, number, number];
  const ofN = (name: string) => {
    const found = tensor(name);
    return found.shape.length === 1 && found.shape[0] === N
      ? found
      : found.fields.fail('shape', found.shape, `[${N}] for "${name}"`);
  };
  const [y, origin, weight] = [ofN('y'), ofN('origin'), ofN('weight')];
  const ids = f.texts('ids', N);
  if (ids.length !== N) return f.fail('ids', ids, `${N} ids`);
  const [ratio, mix, t] = [f.nested('ratio'), f.nested('mix'), f.nested('t')];
  return {
    k: 'BATCH',
    lease: f.int('lease'),
    digest: f.text('digest', 64),
    redelivered: f.optional('redelivered', (g) => g.bool('redelivered')) ?? false,
    sentAtMs: t.number('sent'),
    batch: {
      x: decodeFloats(x, x.fields),
      shape: { N, C, T, V, M },
      y: decodeInts(y, y.fields),
      origin: decodeBytes(origin, origin.fields),
      weight: decodeFloats(weight, weight.fields),
      ids,
      seq: f.int('seq'),
      epoch: f.int('epoch'),
      step: f.int('step'),
      rev: f.int('rev'),
      ratio: { target: ratio.number('target'), achieved: ratio.number('achieved') },
      mix: { real: mix.int('real'), fresh: mix.int('fresh'), replayed: mix.int('replayed') },
      madeAtMs: t.number('made'),
    },
  };
}
