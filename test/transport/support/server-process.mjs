// A server of its own process, on the addresses of the arguments behind the first batch's number. Run without a channel to a
// parent it serves a few batches to itself, closes and must end by itself.
import { connect, createServer } from '../../../dist/transport/index.js';

const shape = { N: 1, K: 1, C: 1, T: 1, V: 1, M: 1 };
const layout = {
  name: 'dot',
  channels: 3,
  joints: ['a'],
  parents: [-1],
  root: 0,
  centre: 0,
  mirror: [0],
  feet: [],
  source: 'test',
};
const info = { dataset: 'dots', simulated: true, model: null, split: 'train', layout, classes: ['a'], batchShape: shape };
const profile = { name: 'plain', digest: 'none', phase: 'train', args: {} };
const form = { profile, fields: ['x', 'y', 'index'], axes: 'CTVM', extras: [] };
const source = {
  info: { ...info, ...form, epochBatches: 4, epochSize: 4, seed: 1, configHash: 'dots' },
  settings: { ratio: 0, paused: false },
  rev: 0,
  nextSeq: Number(process.argv[2]),
  async next() {
    const seq = this.nextSeq++;
    const arrays = { x: Float32Array.of(seq), y: Int32Array.of(0), origin: Uint8Array.of(0), weight: Float32Array.of(1) };
    const place = { seq, epoch: Math.floor(seq / 4), step: seq % 4, rev: 0, madeAtMs: 1 };
    return {
      ...arrays,
      ...place,
      shape,
      axes: 'CTVM',
      ids: [`${seq}`],
      ratio: { target: 0, achieved: 0 },
      mix: { real: 1, fresh: 0, replayed: 0 },
    };
  },
  onChange: () => () => {},
  stall: () => null,
  stats: () => ({}),
};

const server = await createServer({ source, endpoints: process.argv.slice(3) });
if (process.send) process.send(server.endpoints);
else {
  for (const at of server.endpoints) for await (const _ of await connect(at)) break;
  const left = await connect(server.endpoints[0]);
  await left[Symbol.asyncIterator]().next();
  await server.close();
  console.log('closed');
}
