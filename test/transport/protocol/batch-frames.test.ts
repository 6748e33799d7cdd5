import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/core/batch.js';
import { decodeHeader, encodeHeader } from '../../../src/transport/protocol/header.js';
import { batchDigest, decodeServerMessage, encodeBatch, type ReceivedBatch } from '../../../src/transport/protocol/index.js';
import { bytesOf } from '../../../src/transport/protocol/tensor.js';
import { numberedBatch } from '../support/array-source.js';

const SENT = { lease: 12, redelivered: false, inline: false, dtype: '<f4', sentAtMs: 1_700_000_000_456 } as const;

const batches: fc.Arbitrary<Batch> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 ** 40 }), fc.string())
  .chain(([N, T, seq, id]) =>
    fc.record({
      x: fc.float32Array({ minLength: N * T * 6, maxLength: N * T * 6 }),
      shape: fc.constant({ N, K: 1, C: 3, T, V: 2, M: 1 }),
      axes: fc.constant('CTVM' as const),
      y: fc.int32Array({ minLength: N, maxLength: N }),
      origin: fc.uint8Array({ minLength: N, maxLength: N, max: 2 }),
      weight: fc.float32Array({ minLength: N, maxLength: N }),
      ids: fc.constant(Array.from({ length: N }, (_, i) => `${id}${i}`)),
      seq: fc.constant(seq),
      epoch: fc.nat(),
      step: fc.nat(),
      rev: fc.nat(),
      ratio: fc.record({ target: fc.double({ min: 0, max: 1 }), achieved: fc.double({ min: 0, max: 1 }) }),
      mix: fc.record({ real: fc.nat(), fresh: fc.nat(), replayed: fc.nat() }),
      madeAtMs: fc.double({ min: 0, max: 2e12, noNaN: true }),
    }),
  );

const received = (frames: readonly Buffer[]): ReceivedBatch => decodeServerMessage(frames) as ReceivedBatch;

/** Other bytes for one tensor of a batch's header. */
function tampered(change: (header: Record<string, unknown> & { tensors: Record<string, unknown>[] }) => void): Buffer[] {
  const [first, ...payload] = encodeBatch(numberedBatch(3, { ratio: 0, paused: false }, 0, 10), SENT);
  const header = decodeHeader(first!) as never;
  change(header);
  return [encodeHeader(header), ...payload];
}

describe('a batch', () => {
  it.each([false, true])('survives the wire bit for bit (inline: %s)', (inline) => {
    fc.assert(
      fc.property(batches, (batch) => {
        const back = received(encodeBatch(batch, { ...SENT, inline }));
        expect(back.batch).toEqual(batch);
        expect(back).toMatchObject({ lease: 12, redelivered: false, sentAtMs: SENT.sentAtMs });
        expect(back.digest).toBe(batchDigest(batch.seq, batch.ids, batch.y));
      }),
    );
  });

  it('survives the wire with clips of one recording and further tensors', () => {
    const plain = numberedBatch(3, { ratio: 0, paused: false }, 0, 10);
    const batch: Batch = {
      ...plain,
      shape: { N: 2, K: 2, C: 3, T: 2, V: 3, M: 1 },
      axes: 'KMTVC',
      extras: {
        t: { dtype: '<f4', shape: [2, 3], data: Float32Array.of(-1, 0, 1, -0.5, 0, 0.5) },
        n: { dtype: '<i8', shape: [2], data: Int32Array.of(7, -3) },
      },
    };
    for (const inline of [false, true]) expect(received(encodeBatch(batch, { ...SENT, inline })).batch).toEqual(batch);
    const frames = encodeBatch(batch, SENT);
    expect(frames).toHaveLength(1 + 4 + 2);
    expect(
      (decodeHeader(frames[0]!) as { tensors: { name: string; shape: number[] }[] }).tensors.map(({ name, shape }) => [
        name,
        shape,
      ]),
    ).toEqual([
      ['x', [2, 2, 1, 2, 3, 3]],
      ['y', [2]],
      ['origin', [2]],
      ['weight', [2]],
      ['t', [2, 3]],
      ['n', [2]],
    ]);
  });

  it('is sent from its own memory', () => {
    const batch = numberedBatch(3, { ratio: 0, paused: false }, 0, 10);
    const [, x, , origin] = encodeBatch(batch, SENT);
    expect(x!.buffer).toBe(batch.x.buffer);
    expect(origin!.buffer).toBe(batch.origin.buffer);
  });

  it('is read without a copy where its bytes are aligned, and with one where not', () => {
    const frames = encodeBatch(numberedBatch(3, { ratio: 0, paused: false }, 0, 10), SENT);
    const shifted = new Uint8Array(new ArrayBuffer(frames[1]!.byteLength + 1), 1);
    shifted.set(frames[1]!);
    expect(received(frames).batch.x.buffer).toBe(frames[1]!.buffer);
    expect(received([frames[0]!, Buffer.from(shifted.buffer, 1), ...frames.slice(2)]).batch.x).toEqual(
      new Float32Array(72).fill(3),
    );
  });

  it('comes as float32 where it was sent as float16', () => {
    const batch = { ...numberedBatch(0, { ratio: 0, paused: false }, 0, 10), x: new Float32Array(72).fill(0.1) };
    const frames = encodeBatch(batch, { ...SENT, dtype: '<f2' });
    expect(frames[1]!.byteLength).toBe(144);
    for (const value of received(frames).batch.x) expect(value).toBeCloseTo(0.1, 4);
  });

  it.each<[string, Parameters<typeof tampered>[0], RegExp]>([
    [
      'a shape that its bytes do not fill',
      (h) => (h.tensors[0]!.shape = [2, 3, 4, 4, 1]),
      /384 bytes for <f4 \[2, 3, 4, 4, 1\] of "x", got 288 bytes/,
    ],
    ['a frame that is not there', (h) => (h.tensors[3]!.data = 9), /number of one of the 4 payload frames, got 9/],
    ['an unknown dtype', (h) => (h.tensors[1]!.dtype = '>i8'), /"dtype" must be one of .* got ">i8"/],
    ['labels as bytes', (h) => Object.assign(h.tensors[1]!, { dtype: '|u1', data: 2 }), /must be "<i8" for "y"/],
    ['a tensor missing', (h) => h.tensors.pop(), /a list with the tensor "weight", got \["x","y","origin"\]/],
    ['fewer ids than samples', (h) => (h.ids = ['one']), /"ids" must be 2 ids/],
    ['x in four dimensions', (h) => (h.tensors[0]!.shape = [2, 3, 4, 3]), /five sizes N, C, T, V, M/],
    ['no ratio', (h) => (h.ratio = null), /"ratio" must be a map, got nothing/],
  ])('with %s is refused', (_, change, message) => {
    expect(() => received(tampered(change))).toThrow(message);
  });

  it('with a label beyond 32 bits is refused', () => {
    const frames = encodeBatch(numberedBatch(0, { ratio: 0, paused: false }, 0, 10), SENT);
    const labels = new Int32Array([5, 1, 0, 0]);
    expect(() => received([frames[0]!, frames[1]!, bytesOf(labels), ...frames.slice(3)])).toThrow(
      /32-bit values for "y", got 4294967301n/,
    );
  });
});

it('names a choice of samples as the page says', () => {
  // printf '7\nclip-a 3\nclip-b 0\n' | sha256sum
  expect(batchDigest(7, ['clip-a', 'clip-b'], [3, 0])).toBe('72a9aa2e585e92e8');
});
