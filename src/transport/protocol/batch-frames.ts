import type { Batch } from '../../core/batch.js';
import { axisSizes, type SampleTensor } from '../../core/sample.js';
import { batchDigest } from './digest.js';
import type { Fields } from './fields.js';
import { encodeHeader, type HeaderMap } from './header.js';
import type { BatchHeader } from './server-messages.js';
import {
  bytesOf,
  type DType,
  decodeBytes,
  decodeFloats,
  decodeInts,
  encodeFloats,
  encodeInts,
  readTensor,
  type TensorBytes,
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

/** A tensor of a batch, ready to be described and sent. */
interface Part {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
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

/** Tensors that every batch has; any other one is an extra. */
const BASIC = ['x', 'y', 'origin', 'weight'];

/** Most tensors that a batch may have. */
const MAX_TENSORS = 16;

/** Further tensors as parts of a batch, or of samples by index. */
export function encodeExtras(extras: Batch['extras'] = {}): Part[] {
  return Object.entries(extras).map(([name, { dtype, shape, data }]) => ({
    name,
    dtype,
    shape,
    bytes: data instanceof Float32Array ? encodeFloats(data, '<f4') : encodeInts(data),
  }));
}

/**
 * The frames of a batch: `[header, x, y, origin, weight, ...extras]`, or `[header]` where inline. x (`<f4`), origin, weight and
 * extras of `<f4` are sent from the batch's own memory, so the batch must not change until its lease is acknowledged.
 */
export function encodeBatch(batch: Batch, options: SendOptions): Buffer[] {
  const { N } = batch.shape;
  const sizes = [N, ...axisSizes(batch.shape, batch.axes)];
  const parts = [
    { name: 'x', dtype: options.dtype, shape: sizes, bytes: encodeFloats(batch.x, options.dtype) },
    { name: 'y', dtype: '<i8', shape: [N], bytes: encodeInts(batch.y) },
    { name: 'origin', dtype: '|u1', shape: [N], bytes: bytesOf(batch.origin) },
    { name: 'weight', dtype: '<f4', shape: [N], bytes: encodeFloats(batch.weight, '<f4') },
    ...encodeExtras(batch.extras),
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

/** The sizes of x: five are N, C, T, V, M, six are N, K, M, T, V, C. */
export function readShape(sizes: readonly number[], fields: Fields): Pick<Batch, 'axes' | 'shape'> {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = sizes;
  if (sizes.length === 5) return { axes: 'CTVM', shape: { N: a, K: 1, C: b, T: c, V: d, M: e } };
  if (sizes.length === 6) return { axes: 'KMTVC', shape: { N: a, K: b, M: c, T: d, V: e, C: f } };
  return fields.fail('shape', sizes, 'the five sizes N, C, T, V, M or the six sizes N, K, M, T, V, C');
}

type ReadTensors = ReadonlyMap<string, TensorBytes & { readonly fields: Fields }>;

/** The tensors beside those that every batch has. */
export function readExtras(tensors: ReadTensors, N: number): Pick<Batch, 'extras'> {
  const extras = [...tensors].flatMap(([name, tensor]): [string, SampleTensor][] => {
    const { dtype, shape, fields } = tensor;
    if (BASIC.includes(name)) return [];
    if (shape[0] !== N) return fields.fail('shape', shape, `${N} in front for "${name}"`);
    if (dtype === '<f4') return [[name, { dtype, shape, data: decodeFloats(tensor, fields) }]];
    return [[name, { dtype: '<i8', shape, data: decodeInts(tensor, fields) }]];
  });
  return extras.length === 0 ? {} : { extras: Object.fromEntries(extras) };
}

/**
 * The batch of a BATCH header and its payload frames; arrays are views of the frames where alignment allows.
 *
 * @throws TransportError PROTOCOL_MESSAGE where a field or tensor is missing, of another type, or its sizes do not agree
 */
export function readBatch(f: Fields, payload: readonly Uint8Array[]): ReceivedBatch {
  const tensors: ReadTensors = new Map(
    f.maps('tensors', MAX_TENSORS).map((fields) => [fields.text('name', 64), { fields, ...readTensor(fields, payload) }]),
  );
  const tensor = (name: string) =>
    tensors.get(name) ?? f.fail('tensors', [...tensors.keys()], `a list with the tensor "${name}"`);
  const x = tensor('x');
  const { axes, shape } = readShape(x.shape, x.fields);
  const { N } = shape;
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
      shape,
      axes,
      y: decodeInts(y, y.fields),
      origin: decodeBytes(origin, origin.fields),
      weight: decodeFloats(weight, weight.fields),
      ...readExtras(tensors, N),
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
