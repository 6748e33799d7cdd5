/**
 * The floors of src/, lowest first. A unit is a folder of src/ or a file right in it. A unit may import units of lower
 * floors and itself; never one of its own floor, never a higher one.
 */
export const FLOORS = [
  ['core'],
  ['engine'],
  ['config', 'loader', 'generator', 'mixers', 'transport', 'panel'],
  ['service', 'evaluation'],
  ['cli', 'index'],
];

/**
 * Which parts of src/ may import a package; a path ends in a slash where it is a folder. Packages that are not named here
 * may be imported everywhere.
 */
export const PACKAGE_HOMES = {
  '@tensorflow/tfjs': [
    'src/engine/',
    'src/generator/networks/',
    'src/generator/diffusion/',
    'src/generator/training/',
    'src/evaluation/',
  ],
  'onnxruntime-node': ['src/engine/onnx/'],
  protobufjs: ['src/engine/onnx/'],
  zeromq: ['src/transport/'],
  piscina: ['src/loader/'],
  hono: ['src/panel/'],
  '@hono/node-server': ['src/panel/'],
  'prom-client': ['src/panel/'],
  commander: ['src/cli/'],
  picocolors: ['src/cli/'],
};

/** Number of the floor a unit stands on, from 0, or -1. @param {string} unit */
export function floorOf(unit) {
  return FLOORS.findIndex((floor) => floor.includes(unit));
}

/**
 * What is wrong with one unit importing another, or undefined.
 * @param {string} from
 * @param {string} to
 */
export function wrongArrow(from, to) {
  if (from === to) return undefined;
  for (const unit of [from, to]) if (floorOf(unit) === -1) return `${unit} stands on no floor (scripts/lib/floors.mjs)`;
  if (floorOf(to) < floorOf(from)) return undefined;
  return floorOf(to) === floorOf(from) ? `${from} -> ${to} runs sideways` : `${from} -> ${to} runs upwards`;
}

/**
 * What is wrong with a file importing a package, or undefined. `@tensorflow/tfjs` stands for its `-core` and friends too.
 * @param {string} path of the file, from the root
 * @param {string} specifier as written
 */
export function wrongPackage(path, specifier) {
  for (const [name, homes] of Object.entries(PACKAGE_HOMES)) {
    const isIt =
      specifier === name || specifier.startsWith(`${name}/`) || (name === '@tensorflow/tfjs' && specifier.startsWith(name));
    if (isIt && !homes.some((home) => path.startsWith(home))) return `${specifier} belongs to ${homes.join(', ')} alone`;
  }
  return undefined;
}
