import type { BackendValues, DataType, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs';
import { ModelError } from '../../core/errors.js';
import { tf } from '../tfjs.js';
import type { GraphBuilder } from './graph-builder.js';
import { constantOf, type TracedValue, tracedType, valuesAs } from './traced-value.js';

/** Name of the tracing backend inside tfjs. */
export const TRACE_BACKEND = 'skelmix-trace';

/** May refuse a kernel by throwing, which ends the trace. */
export type KernelInspector = (kernelName: string, inputs: NamedTensorInfoMap) => void;

/** The elements that tensors would share on a backend that computes. */
interface Storage {
  readonly bytes: number;
  holders: number;
}

interface Entry {
  readonly value: TracedValue;
  references: number;
  storage: Storage;
}

/**
 * A tfjs backend that computes nothing: a tensor's data is a description of how to get it, and the kernels registered for
 * it record nodes into `graph`, which is set only while a function is being traced. tfjs' own gradient tape runs over it
 * unchanged, so that gradients become nodes as well.
 */
export class TraceBackend extends tf.KernelBackend {
  graph: GraphBuilder | undefined;
  /** Sees every kernel before it is traced. */
  inspect: KernelInspector | undefined;
  readonly #entries: InstanceType<typeof tf.DataStorage<Entry>>;
  #liveBytes = 0;
  #peakBytes = 0;

  constructor() {
    super();
    this.#entries = new tf.DataStorage<Entry>(this, tf.engine());
  }

  /** Registers a value as the data of a new tensor. */
  put(value: TracedValue): TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, references: 1, storage: this.#store(value) });
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** Notes that a tensor would share the elements of another one, as reshaped tensors do on backends that compute. */
  share(tensor: TensorInfo, source: TensorInfo): void {
    const entry = this.#entries.get(tensor.dataId);
    this.#drop(entry.storage);
    entry.storage = this.#entries.get(source.dataId).storage;
    entry.storage.holders++;
  }

  /** Starts to count for `peakBytes`. */
  startCount(): void {
    this.#peakBytes = this.#liveBytes;
  }

  /** Most bytes that the tensors alive at one time would have held since `startCount`, were every operation computed. */
  get peakBytes(): number {
    return Math.max(this.#peakBytes, this.#liveBytes);
  }

  #store({ shape, dtype }: TracedValue): Storage {
    this.#peakBytes = this.peakBytes;
    const bytes = shape.reduce((a, b) => a * b, dtype === 'bool' ? 1 : 4);
    this.#liveBytes += bytes;
    return { bytes, holders: 1 };
  }

  #drop(storage: Storage): void {
    if (--storage.holders === 0) this.#liveBytes -= storage.bytes;
  }

  /** What a tensor stands for; a tensor of another backend is taken over as a constant. */
  lookUp(tensor: TensorInfo): TracedValue {
    const { value } = this.#entries.get(tensor.dataId);
    if (value.shape.length === tensor.shape.length && value.shape.every((dim, axis) => dim === tensor.shape[axis])) return value;
    // A tensor may share the data of another one under a new shape; only constants can follow that without a node.
    if (value.kind === 'constant') return { ...value, shape: tensor.shape };
    throw new ModelError('KERNEL_UNSUPPORTED', `a traced tensor of shape [${value.shape}] was given the shape [${tensor.shape}]`);
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): object {
    const type = tracedType(dtype);
    return this.put(constantOf(type, shape, values as ArrayLike<number>)).dataId;
  }

  override move(dataId: object, values: BackendValues, shape: number[], dtype: DataType, references: number): void {
    const value = constantOf(tracedType(dtype), shape, values as ArrayLike<number>);
    this.#entries.set(dataId, { value, references, storage: this.#store(value) });
  }

  override readSync(dataId: object): BackendValues {
    const { value } = this.#entries.get(dataId);
    if (value.kind === 'graph') {
      throw new ModelError(
        'KERNEL_UNSUPPORTED',
        'the function reads the elements of a tensor that is computed; keep to tensor operations, without data(), array() or print()',
      );
    }
    const { uniform, values, shape, dtype } = value;
    return values ?? valuesAs(dtype, new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(uniform!));
  }

  override async read(dataId: object): Promise<BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.#entries.has(dataId)) return true;
    const entry = this.#entries.get(dataId);
    entry.references--;
    if (entry.references > 0 && !force) return false;
    this.#peakBytes = this.peakBytes;
    this.#drop(entry.storage);
    this.#entries.delete(dataId);
    return true;
  }

  override refCount(dataId: object): number {
    return this.#entries.has(dataId) ? this.#entries.get(dataId).references : 0;
  }

  override incRef(dataId: object): void {
    this.#entries.get(dataId).references++;
  }

  override numDataIds(): number {
    return this.#entries.numDataIds();
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: true, reasons: ['a traced tensor holds no elements'] };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {}
}
