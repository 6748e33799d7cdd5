import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as skelmix from '../src/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the public surface', () => {
  it('is this list and nothing else', () => {
    expect(Object.keys(skelmix).sort()).toMatchInlineSnapshot(`
      [
        "ConfigError",
        "ConfigSchema",
        "DataError",
        "ERROR_CODES",
        "InternalError",
        "ModelError",
        "ORIGIN_CODES",
        "PROFILE_NAMES",
        "SkelmixError",
        "TransportError",
        "boneVariationOf",
        "checkDataset",
        "configJsonSchema",
        "connect",
        "connectControl",
        "createClipGenerator",
        "createEvaluator",
        "createLoader",
        "createMixer",
        "createProfile",
        "createRealSource",
        "createServer",
        "createService",
        "createSyntheticSource",
        "evaluateModel",
        "findUpwards",
        "footSpeedOf",
        "frechetDistance",
        "jitterOf",
        "loadEvaluator",
        "loadLayout",
        "loadModel",
        "meanPairDistance",
        "namedSampling",
        "nearestDistance",
        "openDataset",
        "openJournal",
        "parseClipId",
        "parseConfig",
        "parseLayout",
        "probeEngines",
        "readConfigFile",
        "readKeyPair",
        "recognizerAccuracy",
        "renderReport",
        "resolveConfig",
        "saveEvaluator",
        "saveNetwork",
        "selectEngine",
        "silentLogger",
        "startGeneratorWorker",
        "trainDenoiser",
        "trainEvaluator",
        "trainStTrans",
      ]
    `);
  });

  it('is sorted, and exports nothing by star', () => {
    const source = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8');
    expect(source).not.toMatch(/export \*/);
    const files = [...source.matchAll(/from '(.+)'/g)].map(([, file]) => file!);
    expect(files).toEqual([...files].sort());
  });

  it('is what the package hands out by its name', () => {
    const script = "import('skelmix').then((all) => console.log(JSON.stringify(Object.keys(all).sort())))";
    const names = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }));
    expect(names).toEqual(Object.keys(skelmix).sort());
  });
});
