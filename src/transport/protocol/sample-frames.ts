import { InternalError } from '../../core/errors.js';
import { type Axes, axisSizes, type Sample, type SampleTensor } from '../../core/sample.js';
import type { BatchFormat } from './batch-frames.js';
import type { RequestId } from './client-messages.js';
import type { Fields } from './fields.js';
import { encodeHeader } from './header.js';
import {
  bytesOf,
  type DType,
  decodeFloats,
  decodeInts,
  encodeFloats,
  encodeInts,
  readTensor,
  type TensorBytes,
} from './tensor.js';

/** Samples that were asked for by index, or a part of them. */
export interface SamplesReply {
  readonly k: 'SAMPLES';
  readonly requestId: RequestId;
  readonly epoch: number;
  /** Indices of the samples, in the order asked for [n]. */
  readonly ids: readonly number[];
  /** [n, ...] float32, axes as the stream states them. */
  readonly x: Float32Array;
  readonly shape: readonly number[];
  /** Class numbers [n]. */
  readonly y: Int32Array;
  /** Further tensors by name, [n, ...]. */
  readonly extras: Readonly<Record<string, SampleTensor>>;
  /** No more comes for this request. */
  readonly last: boolean;
}

/** Labels and names of a split. */
export interface ItemsReply {
  readonly k: 'ITEMS';
  readonly requestId: RequestId;
  readonly size: number;
  readonly names: readonly string[];
  readonly labels: Int32Array;
}

interface Part {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

function frames(header: Readonly<Record<string, unknown>>, parts: readonly Part[], inline: boolean): Buffer[] {
  const tensors = parts.map(({ name, dtype, shape, bytes }, i) => ({ name, dtype, shape, data: inline ? bytes : i }));
  const head = encodeHeader({ ...header, tensors });
  return inline ? [head] : [head, ...parts.map(({ bytes }) => bytes)];
}

function joined<A extends Float32Array | Int32Array>(out: A, pieces: readonly A[]): A {
  const size = out.length / pieces.length;
  for (const [i, piece] of pieces.entries()) {
    if (piece.length !== size) throw new InternalError(`a tensor of ${piece.length} values stands among ones of ${size}`);
    out.set(piece as never, i * size);
  }
  return out;
}

function extraPart(name: string, samples: readonly Sample[]): Part {
  const tensors = samples.map(({ extras, id }) => {
    const tensor = extras?.[name];
    if (tensor === undefined) throw new InternalError(`sample ${id} lacks the tensor "${name}" that others have`);
    return tensor;
  });
  const [{ dtype, shape, data }] = tensors as [SampleTensor];
  const whole = data.length * samples.length;
  const bytes =
    dtype === '<f4'
      ? bytesOf(
          joined(
            new Float32Array(whole),
            tensors.map((tensor) => tensor.data as Float32Array),
          ),
        )
      : encodeInts(
          joined(
            new Int32Array(whole),
            tensors.map((tensor) => tensor.data as Int32Array),
          ),
        );
  return { name, dtype, shape: [samples.length, ...shape], bytes };
}

/**
 * The frames of a SAMPLES message: header, x, y and the further tensors. Copies the samples' values.
 *
 * @param samples at least one, all of one shape
 * @param axes their order in x
 */
export function encodeSamples(
  { requestId, epoch, ids, last }: Pick<SamplesReply, 'requestId' | 'epoch' | 'ids' | 'last'>,
  samples: readonly Sample[],
  { inline, dtype, axes }: BatchFormat & { readonly axes: Axes },
): Buffer[] {
  const n = samples.length;
  const first = samples[0]!;
  const x = joined(
    new Float32Array(n * first.x.length),
    samples.map((sample) => sample.x),
  );
  const y = Int32Array.from(samples, ({ label }) => label);
  const parts: Part[] = [
    { name: 'x', dtype, shape: [n, ...axisSizes(first.shape, axes)], bytes: encodeFloats(x, dtype) },
    { name: 'y', dtype: '<i8', shape: [n], bytes: encodeInts(y) },
    ...Object.keys(first.extras ?? {}).map((name) => extraPart(name, samples)),
  ];
  return frames({ k: 'SAMPLES', requestId, epoch, ids, last }, parts, inline);
}

/** The frames of an ITEMS message: header and labels. */
export function encodeItems({ requestId, size, names, labels }: Omit<ItemsReply, 'k'>, inline: boolean): Buffer[] {
  const part: Part = { name: 'labels', dtype: '<i8', shape: [size], bytes: encodeInts(labels) };
  return frames({ k: 'ITEMS', requestId, size, names }, [part], inline);
}

function tensorsOf(f: Fields, payload: readonly Uint8Array[]): Map<string, TensorBytes & { fields: Fields }> {
  return new Map(f.maps('tensors', 64).map((fields) => [fields.text('name', 64), { fields, ...readTensor(fields, payload) }]));
}

/** @throws TransportError PROTOCOL_MESSAGE where a tensor is missing or its sizes do not agree with `ids` */
export function readSamples(f: Fields, payload: readonly Uint8Array[], requestId: RequestId): SamplesReply {
  const tensors = tensorsOf(f, payload);
  const ids = f.ints('ids', 65536);
  const of = (name: string) => {
    const tensor = tensors.get(name) ?? f.fail('tensors', [...tensors.keys()], `a list with the tensor "${name}"`);
    if (tensor.shape[0] !== ids.length) return tensor.fields.fail('shape', tensor.shape, `[${ids.length}, ...] for "${name}"`);
    return tensor;
  };
  const [x, y] = [of('x'), of('y')];
  if (y.shape.length !== 1) return y.fields.fail('shape', y.shape, `[${ids.length}] for "y"`);
  const extras: Record<string, SampleTensor> = {};
  for (const name of tensors.keys()) {
    if (name === 'x' || name === 'y') continue;
    const tensor = of(name);
    extras[name] =
      tensor.dtype === '<i8'
        ? { dtype: '<i8', shape: tensor.shape, data: decodeInts(tensor, tensor.fields) }
        : { dtype: '<f4', shape: tensor.shape, data: decodeFloats(tensor, tensor.fields) };
  }
  return {
    k: 'SAMPLES',
    requestId,
    epoch: f.int('epoch'),
    ids,
    x: decodeFloats(x, x.fields),
    shape: x.shape,
    y: decodeInts(y, y.fields),
    extras,
    last: f.bool('last'),
  };
}

/** @throws TransportError PROTOCOL_MESSAGE where names, labels and size do not agree */
export function readItems(f: Fields, payload: readonly Uint8Array[], requestId: RequestId): ItemsReply {
  const size = f.int('size');
  const names = f.texts('names', size);
  if (names.length !== size) return f.fail('names', names.length, `${size} names`);
  const labels = tensorsOf(f, payload).get('labels') ?? f.fail('tensors', undefined, 'a list with the tensor "labels"');
  if (labels.shape.length !== 1 || labels.shape[0] !== size)
    return labels.fields.fail('shape', labels.shape, `[${size}] for "labels"`);
  return { k: 'ITEMS', requestId, size, names, labels: decodeInts(labels, labels.fields) };
}
