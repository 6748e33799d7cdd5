// A consumer of its own process: reports each batch before it asks for the next, and works on the eleventh for ever.
import { connect } from '../../../dist/transport/index.js';

const stream = await connect(process.argv[2], { preferIpc: false });
for await (const { seq } of stream) {
  await new Promise((resolve) => process.send(seq, resolve));
  if (seq >= 10) await new Promise(() => {});
}
