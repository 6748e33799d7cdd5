import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/core/sample.js';
import { decodeHeader } from '../../src/transport/protocol/header.js';
import {
  batchSchema,
  decodeClientMessage,
  decodeServerMessage,
  encodeBatch,
  encodeClientMessage,
  encodeItems,
  encodeSamples,
  encodeServerMessage,
  type ReceivedBatch,
} from '../../src/transport/protocol/index.js';
import { ArraySource, CHAIN, numberedBatch } from '../transport/support/array-source.js';

interface Expected {
  readonly from: 'server' | 'client';
  readonly payload: number;
  readonly header: unknown;
  /** Of a batch. */
  readonly tensors?: Readonly<Record<string, { dtype: string; shape: number[]; values: number[] }>>;
  /** Of a message that carries other tensors. */
  readonly arrays?: Expected['tensors'];
}

const file = (name: string): string => fileURLToPath(new URL(`./frames/${name}`, import.meta.url));
const asJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, v) => (v?.type === 'Buffer' ? { $hex: Buffer.from(v.data).toString('hex') } : v)));

const { info } = new ArraySource();
const settings = { ratio: 0.25, paused: false };
const batch = {
  ...numberedBatch(13, settings, 2, 10),
  x: Float32Array.from({ length: 72 }, (_, i) => (i - 36) / 8),
  weight: Float32Array.of(1, 0.5),
};
const sent = { lease: 41, sentAtMs: 1_700_000_000_456 };

const SAMPLES: readonly Sample[] = [5, 0].map((n) => ({
  id: `clip-${n}`,
  x: Float32Array.from({ length: 36 }, (_, i) => n + i / 4),
  shape: { K: 1, C: 3, T: 4, V: 3, M: 1 },
  label: n % 5,
  origin: 'real',
  provenance: { kind: 'simulated', dataset: 'numbers', seed: 1, index: n },
  extras: {
    t: { dtype: '<f4', shape: [4], data: Float32Array.of(0, 0.25, 0.5, n) },
    n: { dtype: '<i8', shape: [], data: Int32Array.of(n) },
  },
}));

const SERVER: Readonly<Record<string, Buffer[]>> = {
  welcome: [
    encodeServerMessage({
      k: 'WELCOME',
      v: 1,
      session: 'b007-1',
      serverId: 'skelmix@host',
      bootId: 'b007b007-0000-4000-8000-000000000000',
      host: 'host',
      endpoints: ['tcp://127.0.0.1:5555', 'ipc:///run/skelmix/stream.sock'],
      schema: batchSchema(info, '<f4'),
      dataset: info.dataset,
      simulated: true,
      model: null,
      split: 'train',
      layout: CHAIN,
      classes: info.classes,
      profile: info.profile,
      fields: info.fields,
      axes: info.axes,
      epochBatches: 10,
      epochSize: 20,
      seed: 7,
      configHash: 'c0ffee',
      logHash: 'e3b0c44298fc1c14',
      settings,
      rev: 2,
      pingMs: 2000,
      timeoutMs: 15000,
      leaseMs: 60000,
      limits: { maxCredit: 64, maxInboundBytes: 1048576 },
      mode: 'indexed',
      group: '',
      size: 431,
      splits: { train: 430, test: 431 },
    }),
  ],
  'batch-out-of-band': encodeBatch(batch, { ...sent, inline: false, dtype: '<f4', redelivered: false }),
  'batch-inline': encodeBatch(batch, { ...sent, inline: true, dtype: '<f4', redelivered: false }),
  'batch-half-redelivered': encodeBatch(batch, { ...sent, inline: false, dtype: '<f2', redelivered: true }),
  changed: [encodeServerMessage({ k: 'CHANGED', rev: 3, key: 'ratio', value: 0.4, effectiveSeq: 17, by: 'cli', requestId: '9' })],
  'changed-schedule': [
    encodeServerMessage({
      k: 'CHANGED',
      rev: 4,
      key: 'schedule',
      value: { kind: 'linear', from: 0.25, to: 0.5, over: 10, unit: 'epochs' },
      effectiveSeq: 20,
      by: 'live page',
    }),
  ],
  'changed-weights': [
    encodeServerMessage({ k: 'CHANGED', rev: 5, key: 'classWeights', value: [1, 0, 2.5], effectiveSeq: 21, by: 'live page' }),
  ],
  'changed-none': [
    encodeServerMessage({ k: 'CHANGED', rev: 6, key: 'classWeights', value: null, effectiveSeq: 22, by: 'live page' }),
  ],
  stall: [encodeServerMessage({ k: 'STALL', code: 'paused', sinceMs: 2000, hint: 'the stream is paused' })],
  end: [encodeServerMessage({ k: 'END', epoch: 1, lastStep: 9, served: 6, next: 2 })],
  'error-out-of-range': [
    encodeServerMessage({
      k: 'ERROR',
      code: 'out_of_range',
      message: 'ratio must be from 0 to 1, got 1.4',
      field: 'ratio',
      got: '1.4',
      retry: 'never',
      ref: '10',
    }),
  ],
  'error-unknown-session': [
    encodeServerMessage({ k: 'ERROR', code: 'unknown_session', message: 'say HELLO again', retry: 'rehello', ref: 'CREDIT' }),
  ],
  stats: [encodeServerMessage({ k: 'STATS', requestId: 11, stats: { 'mix.batches': 14, 'server.name': 'x', paused: false } })],
  state: [encodeServerMessage({ k: 'STATE', requestId: '12', epoch: 1, ackedStep: 4, rev: 3, logHash: 'e3b0c44298fc1c14' })],
  items: encodeItems({ requestId: '13', size: 3, names: ['a01', 'a02', 'b01'], labels: Int32Array.of(0, 0, 1) }, false),
  samples: encodeSamples({ requestId: '14', epoch: 2, ids: [5, 0], last: true }, SAMPLES, {
    inline: false,
    dtype: '<f4',
    axes: 'CTVM',
  }),
  'samples-inline': encodeSamples({ requestId: '14', epoch: 2, ids: [5, 0], last: false }, SAMPLES, {
    inline: true,
    dtype: '<f4',
    axes: 'CTVM',
  }),
  bye: [encodeServerMessage({ k: 'BYE', reason: 'the server stops' })],
};

const CLIENT: Readonly<Record<string, Buffer[]>> = {
  hello: [
    encodeClientMessage({
      k: 'HELLO',
      v: [1, 1],
      client: 'skelmix/0.1.0',
      lang: 'node/20',
      mode: 'share',
      credit: 4,
      inline: true,
      dtype: '<f2',
      name: 'gpu 0',
    }),
  ],
  'hello-lockstep': [
    encodeClientMessage({
      k: 'HELLO',
      v: [1, 1],
      client: 'skelmix-python/0.1.0',
      lang: 'python',
      mode: 'lockstep',
      credit: 2,
      group: 'job 7',
      rank: 1,
      world: 2,
      profile: { name: 'ctrgcn-ntu60', args: { window_size: 64, p_interval: [0.5, 1], bone: true } },
      split: 'xsub/train',
      expect: { layout: 'chain', classes: 5, V: 3, C: 3, M: 1, T: 4 },
      resume: { session: 'b007-1', epoch: 3, step: 12, logHash: 'e3b0c44298fc1c14' },
      maxBytes: 4_000_000,
    }),
  ],
  ack: [encodeClientMessage({ k: 'ACK', lease: [39, 40] })],
  nak: [encodeClientMessage({ k: 'NAK', lease: [41], reason: 'NaN in the loss' })],
  touch: [encodeClientMessage({ k: 'TOUCH', lease: [41] })],
  seek: [encodeClientMessage({ k: 'SEEK', epoch: 3, step: 12, logHash: 'e3b0c44298fc1c14', force: false, requestId: '12' })],
  'state-request': [encodeClientMessage({ k: 'STATE', requestId: '12' })],
  list: [encodeClientMessage({ k: 'LIST', requestId: '13', split: 'xsub/test' })],
  get: [encodeClientMessage({ k: 'GET', requestId: '14', epoch: 2, ids: [5, 0] })],
  feedback: [encodeClientMessage({ k: 'FEEDBACK', kind: 'loss', values: [0.5, null, 1.25, 2, 0], step: 900 })],
  credit: [encodeClientMessage({ k: 'CREDIT', n: 1, ack: [39, 4294967300] })],
  set: [encodeClientMessage({ k: 'SET', key: 'ratio', value: 0.4, at: 'next', ifRev: 2, requestId: '9' })],
  ping: [encodeClientMessage({ k: 'PING', t: 1_700_000_000_123 })],
};

function expectedOf(from: Expected['from'], frames: readonly Buffer[]): Expected {
  const header = asJson(decodeHeader(frames[0]!));
  const message = from === 'server' ? decodeServerMessage(frames) : undefined;
  if (message?.k === 'ITEMS') {
    const labels = { dtype: '<i8', shape: [message.size], values: Array.from(message.labels) };
    return { from, payload: frames.length - 1, header, arrays: { labels } };
  }
  if (message?.k === 'SAMPLES') {
    const { x, y, shape, extras, ids } = message;
    const arrays = {
      x: { dtype: '<f4', shape: [...shape], values: Array.from(x) },
      y: { dtype: '<i8', shape: [ids.length], values: Array.from(y) },
      ...Object.fromEntries(
        Object.entries(extras).map(([name, { dtype, shape, data }]) => [
          name,
          { dtype, shape: [...shape], values: Array.from(data) },
        ]),
      ),
    };
    return { from, payload: frames.length - 1, header, arrays };
  }
  if (message?.k !== 'BATCH') return { from, payload: frames.length - 1, header };
  const { x, y, origin, weight, shape } = (message as ReceivedBatch).batch;
  const tensor = (dtype: string, sizes: number[], values: ArrayLike<number>) => ({
    dtype,
    shape: sizes,
    values: Array.from(values),
  });
  const tensors = {
    x: tensor('<f4', [shape.N, shape.C, shape.T, shape.V, shape.M], x),
    y: tensor('<i8', [shape.N], y),
    origin: tensor('|u1', [shape.N], origin),
    weight: tensor('<f4', [shape.N], weight),
  };
  return { from, payload: frames.length - 1, header, tensors };
}

describe.each([
  ['server', SERVER],
  ['client', CLIENT],
] as const)('frames of the %s', (from, cases) => {
  it.each(Object.entries(cases))('%s are the golden ones', (name, frames) => {
    const [header, ...payload] = frames;
    if (process.env.SKELMIX_WRITE_FRAMES) {
      writeFileSync(file(`${name}.msgpack`), header!);
      payload.forEach((bytes, i) => writeFileSync(file(`${name}.${i}.bin`), bytes));
      writeFileSync(file(`${name}.json`), `${JSON.stringify(expectedOf(from, frames), null, 1)}\n`);
    }
    expect(header!.toString('hex')).toBe(readFileSync(file(`${name}.msgpack`)).toString('hex'));
    payload.forEach((bytes, i) => expect(bytes.equals(readFileSync(file(`${name}.${i}.bin`)))).toBe(true));
  });

  it.each(Object.keys(cases))('%s are read as their .json says', (name) => {
    const expected = JSON.parse(readFileSync(file(`${name}.json`), 'utf8')) as Expected;
    const frames = [readFileSync(file(`${name}.msgpack`))];
    for (let i = 0; i < expected.payload; i++) frames.push(readFileSync(file(`${name}.${i}.bin`)));
    expect(expectedOf(from, frames)).toEqual(expected);
    const message = from === 'server' ? decodeServerMessage(frames) : decodeClientMessage(frames[0]!);
    const carriesTensors = message?.k === 'BATCH' || message?.k === 'SAMPLES' || message?.k === 'ITEMS';
    if (!carriesTensors) expect(asJson(message)).toEqual(expected.header);
  });
});
