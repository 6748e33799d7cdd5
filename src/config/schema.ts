import { z } from 'zod';
import { MAX_GATE_THRESHOLD } from '../core/gate-criteria.js';
import { ENGINE_CHOICES } from '../engine/engine-names.js';
import { parseByteSize } from './byte-size.js';
import { field } from './field-meta.js';
import { LiveSettingsSchema } from './live-settings.js';

const count = (least: number, most = Number.MAX_SAFE_INTEGER) => z.number().int().min(least).max(most);
const text = () => z.string().min(1);

/** A number of bytes, or a text such as `256MB`; the output is the number. */
const bytes = () =>
  z.union([count(0), z.string()]).transform((value, context) => {
    const size = typeof value === 'number' ? value : parseByteSize(value);
    if (size !== undefined) return size;
    context.issues.push({ code: 'custom', input: value, message: 'not a size' });
    return z.NEVER;
  });
const BYTES = { text: 'bytes', rule: 'a size such as 256MB or 1GiB, or a number of bytes' } as const;

/** Settings of the data set and the stream that no section owns. */
const topLevel = {
  data: field(
    text().optional(),
    'data set: `NAME:PATH`, e.g. `nw-ucla:PATH` (recordings; names in docs/formats.md), or `puppet` (simulated, for trying things out)',
    {
      aliases: ['data'],
      env: 'SKELMIX_DATASET',
      defaultWords: 'none; `serve` takes `puppet`',
    },
  ),
  split: field(
    text().default('train'),
    'split of the data set, e.g. `xsub/train`; every split but a `train` one stays purely real',
  ),
  layout: field(text().optional(), 'joints: name of a layout in `layouts/` or path of a layout file', {
    defaultWords: "the data set's own",
  }),
  clipsPerClass: field(
    count(1).optional(),
    'take only so many clips of each class of a training split, balanced over people; other splits stay whole',
    { defaultWords: 'all there are' },
  ),
  subsetSeed: field(count(0).optional(), 'which clips `clipsPerClass` takes is a function of this number', {
    defaultWords: '`seed`',
  }),
  seed: field(count(0).default(0), 'every random choice is a function of this number'),
  epochSize: field(count(1).optional(), 'samples of one epoch, real and synthetic together', {
    defaultWords: 'the number of real clips',
  }),
};

const batch = {
  size: field(count(1, 65_536).default(32), 'samples in a batch (N)', { aliases: ['batch-size'] }),
};

const profile = {
  name: field(
    text().default('plain'),
    'transforms of the recognizer that is fed, e.g. `ctrgcn-ntu60`; docs/profiles.md lists them',
    { aliases: ['profile'] },
  ),
  args: field(
    z.record(z.string(), z.unknown()).default({}),
    'arguments of the profile in the recognizer\'s own words, e.g. `{"window_size": 64, "bone": true}`',
    { text: 'json', rule: 'a JSON object', defaultWords: "those of the recognizer's published configuration" },
  ),
  numFrames: field(count(2, 4096).default(64), 'frames of a sample (T) of the profile `plain`; clips are resampled in time', {
    aliases: ['frames'],
  }),
  maxPersons: field(count(1, 8).default(1), 'persons of a sample (M) of the profile `plain`; absent ones are zeros'),
};

const mix = {
  ratio: field(LiveSettingsSchema.shape.ratio.optional(), 'share of synthetic samples; live, may change while the stream runs', {
    aliases: ['ratio'],
    defaultWords: '0.3 on a training split, else 0',
  }),
  schedule: field(
    LiveSettingsSchema.shape.schedule,
    'the ratio over time, from the first batch on, in the place of `ratio`: `constant` (`to`), `linear` or `cosine` (`from`, `to`, `over`) or `warm` (0, then `to`, then 0: `rise`, `hold`, `fall`); lengths in `epochs` or as `unit` says in `batches`; live',
    {
      text: 'json',
      rule: 'a JSON object such as {"kind": "linear", "from": 0, "to": 0.5, "over": 10}',
      defaultWords: 'no schedule',
    },
  ),
  classWeights: field(
    LiveSettingsSchema.shape.classWeights,
    'what the synthetic samples of each class weigh against each other, from 0 (none) to 100, one number a class; live',
    { text: 'numbers', rule: 'numbers from 0 to 100, one for each class', defaultWords: 'as `classes` says' },
  ),
  mode: field(
    z.enum(['live', 'strict']).default('live'),
    'live: synthetic samples are those that are ready; strict: every batch is a function of seed and changes, so that a loop that goes on from a checkpoint gets the same bits (waits for the generator, whatever `policy` says; gate and guidance can not be changed)',
  ),
  policy: field(
    z.enum(['replay', 'real', 'wait']).default('replay'),
    'when fresh synthetic samples run short: hand out recent ones again (replay), then also real ones in their place (real), or wait for fresh ones (wait)',
  ),
  classes: field(
    z.enum(['real', 'uniform']).default('real'),
    'classes of synthetic samples: as often as among the real clips, or all equally often',
  ),
  maxReuse: field(count(0, 1_000_000).default(8), 'how often one synthetic sample may be handed out again'),
  force: field(z.boolean().default(false), 'allow a ratio above 0.75'),
};

const loader = {
  workers: field(count(0, 64).default(1), 'worker threads that read and transform real clips; 0 works in the main thread'),
  cacheBytes: field(bytes().default(256_000_000), 'memory for real samples that are ready', BYTES),
  onError: field(z.enum(['throw', 'skip']).default('throw'), 'a bad file stops the stream, or is left out (and counted)', {
    aliases: ['on-error'],
  }),
  prefetch: field(count(0, 1_000_000).default(256), 'real samples that are read ahead'),
};

/** Where a setting of sampling comes from when nobody names it. */
const OF_PRESET = { defaultWords: 'that of the preset' } as const;

const generator = {
  model: field(text().optional(), 'folder of a model, or name of a bundled one', {
    aliases: ['model'],
    defaultWords: 'the bundled model named like the data set',
  }),
  preset: field(
    z.enum(['balanced', 'typical', 'diverse', 'fast', 'paper']).default('balanced'),
    'how clips are sampled: set of the settings below, each of which can be named by itself as well',
  ),
  sampler: field(z.enum(['dpmpp-2m', 'dpmpp-2m-sde', 'ddim', 'ddpm']).optional(), 'how noise becomes a clip', OF_PRESET),
  steps: field(count(1, 1000).optional(), 'denoising steps of one clip', {
    defaultWords: 'that of the preset, or 1000 with `sampler` `ddpm`',
  }),
  eta: field(
    z.number().min(0).max(1).optional(),
    'share of the noise that is renewed at each step (dpmpp-2m-sde, ddim)',
    OF_PRESET,
  ),
  classifierFreeScale: field(
    z.number().min(0).max(20).optional(),
    'strength of classifier-free guidance; 1 is none; live',
    OF_PRESET,
  ),
  classifierFreeSpread: field(
    z.number().min(0).max(1).optional(),
    "how far each clip's own strength of that guidance may lie from it: 0 is none, 1 from no guidance to twice as much",
    OF_PRESET,
  ),
  classifierFreeInterval: field(
    z
      .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
      .refine(([low, high]) => low < high, 'not increasing')
      .optional(),
    'diffusion times (0 clean, 1 noise) between which classifier-free guidance acts',
    { text: 'numbers', rule: 'two increasing numbers from 0 to 1, such as 0.3,0.8', ...OF_PRESET },
  ),
  autoguidanceScale: field(
    z.number().min(0).max(20).optional(),
    'strength of guidance by an early snapshot of the denoiser; 1 is none',
    OF_PRESET,
  ),
  classifierScale: field(
    z.number().min(0).max(20).optional(),
    'strength of the guidance by the transformer; 0 is none; live',
    OF_PRESET,
  ),
  interval: field(
    z
      .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
      .refine(([low, high]) => low < high, 'not increasing')
      .optional(),
    'diffusion times (0 clean, 1 noise) between which the transformer guides',
    { text: 'numbers', rule: 'two increasing numbers from 0 to 1, such as 0.3,0.8', ...OF_PRESET },
  ),
  gradient: field(z.enum(['log-likelihood', 'joint']).optional(), 'which gradient of the transformer guides', OF_PRESET),
  normalise: field(z.boolean().optional(), "scale each clip's gradient to unit root mean square", OF_PRESET),
  moments: field(z.enum(['none', 'ema', 'adam']).optional(), 'how the gradients of several steps are combined', OF_PRESET),
  groupSize: field(count(1, 1024).default(16), 'clips made together'),
  sensorNoise: field(
    z.number().min(0).max(10).optional(),
    'strength of the sensor noise that is put back on generated clips; 1 is that of the recordings, 0 none',
    OF_PRESET,
  ),
  projectBones: field(z.boolean().optional(), 'give each generated body bones of constant length', OF_PRESET),
  variation: field(
    z
      .number()
      .min(0)
      .max(0.99)
      .refine((time) => time === 0 || time >= 0.01, 'too near to 0')
      .optional(),
    'vary training clips: noise one to this diffusion time (0.3 to 0.7 is usual) and denoise it, instead of starting from noise; 0 is off',
    { rule: '0 or a number from 0.01 to 0.99', ...OF_PRESET },
  ),
  augmentSource: field(z.boolean().optional(), 'turn and scale the training clip that is varied at random', OF_PRESET),
  freshTarget: field(count(1, 1_000_000).default(64), 'synthetic clips kept ready that nobody had yet'),
  cacheBytes: field(bytes().default(128_000_000), 'memory for recent synthetic clips', BYTES),
};

const quantile = (usual: number) => z.number().min(0).max(MAX_GATE_THRESHOLD).default(usual);

const gate = {
  likelihood: field(
    quantile(0.02),
    "quantile of the class' real clips: a generated clip that a second classifier finds less likely is rejected; 0 is off; live",
  ),
  bones: field(
    quantile(0.02),
    'quantile from above of the real clips and of those that the model remade: a clip whose bones change their length more (before they are projected) is rejected; 0 is off; live',
  ),
  jitter: field(
    quantile(0.02),
    "quantile from below and from above of the class' real clips: a clip that is smoother or rougher is rejected; 0 is off; live",
  ),
  nearest: field(
    quantile(0.02),
    "quantile of the class' real clips: a clip that is nearer to a training clip than they are to each other is rejected as a copy; 0 is off; live",
  ),
};

const engine = {
  name: field(
    z.enum(ENGINE_CHOICES).default('auto'),
    'tensor engine; auto takes the first that works; onnx is onnx-cpu, tensorflow is tensorflow-gpu where usable, else tensorflow-cpu',
    { aliases: ['engine'] },
  ),
  fallback: field(z.boolean().default(true), 'let the next engine that works take over, once, where the engine fails'),
  threads: field(count(0, 256).default(0), 'threads of the tensor engine; 0 lets it choose', { aliases: ['threads'] }),
  precision: field(
    z.enum(['float32', 'float16']).default('float32'),
    'arithmetic of the generator; float16 needs an engine that runs graphs on a GPU (`onnx-webgpu`)',
  ),
  cache: field(text().optional(), 'folder that keeps compiled networks of `onnx` for the next start, or `off`', {
    defaultWords: "`skelmix/graphs` in the user's cache folder; `off` in the library",
  }),
};

const serve = {
  host: field(text().default('127.0.0.1'), 'address to listen on'),
  port: field(count(0, 65_535).default(5757), 'TCP port; 0 takes any free one', { aliases: ['port'] }),
  ipc: field(z.boolean().default(true), 'also listen on a local (ipc) socket'),
  journal: field(
    text().optional(),
    'folder for live changes and what was processed, on disk before they count: a server that is killed and started again goes on from there',
    { aliases: ['journal'], defaultWords: 'no journal' },
  ),
  keys: field(
    text().optional(),
    'folder of keys (`skelmix keys new server`): all connections are encrypted, and only the clients of its list `allowed` may connect',
    { defaultWords: 'no keys' },
  ),
  insecure: field(z.boolean().default(false), 'allow an address that other machines can reach, without any protection'),
};

const http = {
  enabled: field(z.boolean().optional(), 'serve the live page, its API and metrics over HTTP', {
    defaultWords: 'true in `serve`, false in the library',
  }),
  host: field(text().default('127.0.0.1'), 'address that the live page listens on'),
  port: field(count(0, 65_535).optional(), 'port of the live page; 0 takes any free one', {
    defaultWords: '5758, or any free one where that is taken',
  }),
};

/**
 * The single source of the configuration: file, environment (`SKELMIX_MIX_RATIO`), flags (`--mix-ratio`), defaults,
 * `docs/configuration.md` and the JSON schema all derive from it. Unknown keys are errors.
 */
export const ConfigSchema = z.strictObject({
  ...topLevel,
  batch: z.strictObject(batch).prefault({}),
  profile: z.strictObject(profile).prefault({}),
  mix: z.strictObject(mix).prefault({}),
  loader: z.strictObject(loader).prefault({}),
  generator: z.strictObject(generator).prefault({}),
  gate: z.strictObject(gate).prefault({}),
  engine: z.strictObject(engine).prefault({}),
  serve: z.strictObject(serve).prefault({}),
  http: z.strictObject(http).prefault({}),
});

/** What may be written: everything is optional, sizes may be texts. */
export type ConfigInput = z.input<typeof ConfigSchema>;

type ParsedConfig = z.output<typeof ConfigSchema>;

/** A complete configuration: defaults filled in, sizes in bytes, `mix.ratio` decided. Also a valid `ConfigInput`. */
export type Config = Omit<ParsedConfig, 'mix'> & { mix: ParsedConfig['mix'] & { ratio: number } };
