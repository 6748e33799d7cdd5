import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFor, SHARED_TFJS_MODULE, type TensorflowDevice } from '../../engine/index.js';
import type { RunTool } from './run-tool.js';

/**
 * npm packages without their dependencies and without running their scripts: each is packed by npm and unpacked to
 * `folder/node_modules/NAME`.
 *
 * @param specs package names to npm's version ranges
 */
export async function fetchPackages(folder: string, specs: Readonly<Record<string, string>>, run: RunTool): Promise<void> {
  for (const [name, version] of Object.entries(specs)) {
    const target = join(folder, 'node_modules', name);
    const packs = join(folder, 'packs');
    await mkdir(target, { recursive: true });
    await mkdir(packs, { recursive: true });
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', packs, `${name}@${version}`], {
      cwd: folder,
    });
    const [pack] = await readdir(packs);
    await run('tar', ['-xzf', join(packs, pack!), '-C', target, '--strip-components=1']);
    await rm(packs, { recursive: true });
  }
}

/** What tfjs-node needs at run time: itself, at the version of skelmix' tfjs, and protobuf's messages. */
export function packagesFor(device: TensorflowDevice, tfjsVersion: string): Record<string, string> {
  return { [packageFor(device)]: tfjsVersion, 'google-protobuf': '^3.9.2' };
}

/** Lets `@tensorflow/tfjs` and `@tensorflow/tfjs-core`, required by tfjs-node, be the tfjs of skelmix. */
export async function shareTfjs(folder: string): Promise<void> {
  for (const name of ['@tensorflow/tfjs', '@tensorflow/tfjs-core']) {
    const target = join(folder, 'node_modules', name);
    await mkdir(target, { recursive: true });
    await writeFile(join(target, 'index.js'), SHARED_TFJS_MODULE);
    await writeFile(join(target, 'package.json'), `${JSON.stringify({ name, version: '0.0.0', main: 'index.js' })}\n`);
  }
}
