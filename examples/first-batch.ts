// Opens a stream in this process and prints its first batch. The clips are simulated (puppet); for real ones give
// `data: 'utd-mhad:PATH'`. Build first (npm run build), then: npx tsx examples/first-batch.ts
import { createLoader } from 'skelmix';

const loader = await createLoader({
  data: 'puppet',
  batch: { size: 8 },
  mix: { ratio: 0 },
});

for await (const batch of loader) {
  const { N, C, T, V, M } = batch.shape;
  console.log(`batch ${batch.seq} of ${loader.info.epochBatches}, x [${[N, C, T, V, M].join(', ')}]`);
  console.log(`classes: ${[...batch.y].map((y) => loader.info.classes[y]).join(', ')}`);
  console.log(`real ${batch.mix.real}, synthetic ${batch.mix.fresh + batch.mix.replayed}, first id ${batch.ids[0]}`);
  // Leaving the loop closes the loader.
  break;
}
