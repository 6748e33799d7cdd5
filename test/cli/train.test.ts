import { expect, it } from 'vitest';
import { commandOf } from '../../src/cli/commands/train.js';
import { parseConfig } from '../../src/config/index.js';
import type { TrainingSubject } from '../../src/generator/index.js';

const subject = { dataset: { name: 'utd-mhad', split: 'xsub/train' } } as TrainingSubject;

it.each(['utd-mhad:/home/somebody/Skeleton', 'utd-mhad:data/Skeleton.tar.gz', 'utd-mhad:C:\\data'])(
  'the recorded command of %s does not tell where the data lie',
  (data) => {
    const { config } = parseConfig({ data, seed: 3 });
    expect(commandOf('denoiser', subject, config, { out: 'm', steps: 10, learningRate: 1e-3, width: 64 })).toBe(
      'skelmix train denoiser --data utd-mhad:PATH --split xsub/train --seed 3 --steps 10 --learning-rate 0.001 --width 64',
    );
  },
);

it('the recorded command keeps what decides simulated data', () => {
  const { config } = parseConfig({ data: 'puppet:7' });
  expect(commandOf('st-trans', subject, config, { out: 'm', steps: 1, learningRate: 1 })).toContain('--data puppet:7 ');
});
