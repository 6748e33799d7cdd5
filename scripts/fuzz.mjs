// Decodes mutated headers as the server and the client do: `node scripts/fuzz.mjs [COUNT] [SEED]` (after a build). Ends with 1 where a
// decoder does anything but return or throw its own error, or where memory grows.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mutateFrame } from './lib/mutate-frames.mjs';

const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { keyedRandom } = await dist('core/random.js');
const { TransportError } = await dist('core/errors.js');
const { decodeClientMessage, decodeServerMessage } = await dist('transport/protocol/index.js');

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const folder = fileURLToPath(new URL('../test/contract/frames/', import.meta.url));
const files = readdirSync(folder);
const frames = files.filter((name) => name.endsWith('.msgpack')).map((name) => readFileSync(folder + name));
const payloads = files.filter((name) => name.endsWith('.bin')).map((name) => readFileSync(folder + name));
const decoders = {
  server: (frame) => decodeClientMessage(frame),
  client: (frame, random) => decodeServerMessage([frame, ...payloads.slice(random.int(payloads.length)).slice(0, 4)]),
};

let failed = false;
for (const [name, decode] of Object.entries(decoders)) {
  const random = keyedRandom('fuzz', seed, name);
  let read = 0;
  let refused = 0;
  let before = 0;
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) {
    // Once whatever is kept for good has been made.
    if (i === Math.floor(count / 10)) before = process.memoryUsage().heapUsed;
    const frame = mutateFrame(random, frames);
    try {
      decode(frame, random);
      read++;
    } catch (error) {
      if (error instanceof TransportError && error.code === 'PROTOCOL_MESSAGE') refused++;
      else {
        failed = true;
        console.error(`${name}, seed ${seed}, header ${i}: ${error?.stack ?? error}\n${frame.toString('hex')}`);
      }
    }
  }
  globalThis.gc?.();
  const grownMb = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${name}: ${count} headers in ${seconds.toFixed(1)} s, ${read} read, ${refused} refused, heap ${grownMb.toFixed(1)} MiB more`,
  );
  if (grownMb > 64) failed = true;
}
process.exitCode = failed ? 1 : 0;
