/** Opens a file of `writeSparseNpz`, reads clips, and prints what it took. Arguments: path, numbers of the clips as JSON. */
import { openDataset } from '../../../dist/loader/index.js';

const [path, numbers] = process.argv.slice(2);
const began = performance.now();
const dataset = await openDataset(`ctrgcn:${path}`, { split: 'train' });
const opened = performance.now();
const right = [];
let most = 0;
for (const clip of JSON.parse(numbers)) {
  const { keypoint, label } = await dataset.read(clip);
  right.push(keypoint[0] === clip + 1 && label === clip % 60);
  most = Math.max(most, process.memoryUsage.rss());
}
const read = performance.now();
const perSecond = Math.round((right.length * 1000) / (read - opened));
console.log(
  JSON.stringify({
    clips: dataset.items.length,
    right: right.every(Boolean),
    openMs: Math.round(opened - began),
    perSecond,
    rssBytes: most,
  }),
);
