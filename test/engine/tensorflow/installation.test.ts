import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTensorflow, type TensorflowDevice } from '../../../src/engine/tensorflow/installation.js';
import { loadTensorflow } from '../../../src/engine/tensorflow/load-backend.js';
import { SHARED_TFJS_MODULE } from '../../../src/engine/tensorflow/shared-tfjs.js';
import { tensorflowFolder } from '../../../src/engine/tensorflow/tensorflow-folder.js';

let data = '';
let folder = '';
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'skelmix-tensorflow-'));
  folder = tensorflowFolder({ XDG_DATA_HOME: data });
});
afterEach(() => rm(data, { recursive: true }));

const find = (device: TensorflowDevice) => findTensorflow(device, { XDG_DATA_HOME: data });

async function put(path: string, text: string): Promise<void> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}

const PACKAGE = 'node_modules/@tensorflow/tfjs-node';
const ADDON = `${PACKAGE}/lib/napi-v8/tfjs_binding.node`;

/** A setup whose backend is this source and whose native library is no library. */
async function putSetup(backend: string): Promise<void> {
  await put('setup.json', '{}');
  await put(ADDON, 'not a library');
  await put(`${PACKAGE}/dist/nodejs_kernel_backend.js`, backend);
  await put('node_modules/@tensorflow/tfjs/index.js', SHARED_TFJS_MODULE);
}

const SHARED_BACKEND = `
  const tf = require('@tensorflow/tfjs');
  exports.NodeJSKernelBackend = class extends tf.KernelBackend {};`;

describe('the folder of TensorFlow', () => {
  it("is in the user's data folder", () => {
    expect(tensorflowFolder({ XDG_DATA_HOME: '/data' })).toBe('/data/skelmix/tensorflow');
    expect(tensorflowFolder({ XDG_DATA_HOME: '' })).toMatch(/\/\.local\/share\/skelmix\/tensorflow$/);
  });
});

describe('an installation', () => {
  it('is found where a setup has ended, for its device only', async () => {
    await put('setup.json', '{}');
    await put(ADDON, '');
    expect(find('cpu')).toEqual({ device: 'cpu', packageFolder: join(folder, PACKAGE), addon: join(folder, ADDON) });
    expect(find('gpu')).toBeUndefined();
  });

  it('is not found where there is none, or a setup was cut short', async () => {
    expect(find('cpu')).toBeUndefined();
    await put(ADDON, '');
    expect(find('cpu'), 'without the record').toBeUndefined();
    await rm(join(folder, ADDON));
    await put('setup.json', '{}');
    expect(find('cpu'), 'without the library').toBeUndefined();
  });

  it('whose library can not be loaded is a coded error with reason and remedy', async () => {
    await putSetup(SHARED_BACKEND);
    expect(() => loadTensorflow(find('cpu')!)).toThrowError(
      expect.objectContaining({
        code: 'BACKEND_UNAVAILABLE',
        message: expect.stringMatching(
          /^the engine tensorflow-cpu can't load TensorFlow: .*tfjs_binding\.node.*\. Run `skelmix setup tensorflow` again$/s,
        ),
        details: expect.objectContaining({ engine: 'tensorflow-cpu' }),
      }),
    );
  });

  it('that brings a tfjs of its own is refused: its tensors are of no use', async () => {
    await putSetup('exports.NodeJSKernelBackend = class extends (class KernelBackend {}) {};');
    expect(() => loadTensorflow(find('cpu')!)).toThrowError(/it brings its own copy of @tensorflow\/tfjs/);
  });
});
