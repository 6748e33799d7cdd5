import { describe, expect, it } from 'vitest';
import { assertDisjoint, assertIndependent, assertSameClips } from '../../src/evaluation/independence.js';

const network = { file: 'f', architecture: {}, training: {} };
const model = {
  dataset: { name: 'ntu', split: 'xsub/train', simulated: false, digest: 'aaa', clips: 9 },
  networks: { denoiser: network, 'st-trans': network, gate: network },
};

describe('a judge', () => {
  it('of another split passes', () => {
    expect(() => assertIndependent('j', { name: 'ntu', split: 'xsub/val', digest: 'bbb' }, model)).not.toThrow();
    expect(() => assertIndependent('j', { name: 'other', split: 'xsub/train', digest: 'bbb' }, model)).not.toThrow();
  });

  it.each([
    ['the same digest under another name of the split', { name: 'ntu', split: 'all', digest: 'aaa' }],
    ['the same split under another digest', { name: 'ntu', split: 'xsub/train', digest: 'ccc' }],
    ['the same digest under another data set', { name: 'copy', split: 'x', digest: 'aaa' }],
  ])('of %s is refused', (_, from) => {
    expect(() => assertIndependent('the judge j', from, model)).toThrow(
      expect.objectContaining({ code: 'MODEL_MISMATCH', message: expect.stringMatching(/the judge j .* trained its denoiser/) }),
    );
  });

  it.each(['denoiser', 'st-trans', 'gate'])('that knows what trained the %s is refused by its name', (name) => {
    const from = { name: 'ntu', split: 'xsub/train', digest: 'aaa' };
    expect(() => assertIndependent('j', from, { ...model, networks: { [name]: network } })).toThrow(`trained its ${name}`);
  });

  it('whose clips are not those at hand is refused', () => {
    const learnt = { name: 'ntu', split: 'xsub/val', digest: 'bbb' };
    expect(() => assertSameClips('j', learnt, { ...learnt })).not.toThrow();
    for (const other of [{ name: 'x' }, { split: 'xview/val' }, { digest: 'zzz' }])
      expect(() => assertSameClips('j', learnt, { ...learnt, ...other })).toThrow(/j learnt from ntu xsub\/val \(digest bbb\)/);
  });
});

describe('sets of clips', () => {
  const ids = (...names: string[]) => names.map((id) => ({ id }));

  it('without a common clip pass', () => {
    expect(() => assertDisjoint(['a', ids('1', '2')], ['b', ids('3')])).not.toThrow();
  });

  it('that overlap are refused with how many and one of them', () => {
    expect(() => assertDisjoint(['training clips', ids('1', '2', '3')], ['test clips', ids('0', '2', '3')])).toThrow(
      /2 of 3 test clips are also among the training clips \(2 is one\)/,
    );
  });
});
