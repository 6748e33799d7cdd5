// A consumer of its own process, with the options of the second argument (JSON): reports each batch, or the error, before it asks
// for the next, and works on the eleventh for ever.
import { connect } from '../../../dist/transport/index.js';

const stream = await connect(process.argv[2], { preferIpc: false, ...JSON.parse(process.argv[3] ?? '{}') });
const last = Number(process.argv[4] ?? 10);
process.on('uncaughtException', (error) => {
  process.send({ code: error.code, message: error.message }, () => process.exit(1));
});
for await (const { seq } of stream) {
  await new Promise((resolve) => process.send(seq, resolve));
  if (seq >= last) await new Promise(() => {});
}
