import pc from 'picocolors';
import type { Stats } from '../core/source.js';

const number = (stats: Stats, name: string): number => Number(stats[name] ?? 0);
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/**
 * One line on how a stream goes: samples a second, ratio achieved and asked for, where the synthetic samples came from, what the
 * generator has ready, consumers. Simulated data and a pause stand first, loudly.
 */
export function statusText(stats: Stats, simulated: boolean): string {
  const parts = [
    `${number(stats, 'server.samplesPerSecond').toFixed(0)} samples/s`,
    `ratio ${number(stats, 'mix.achieved').toFixed(3)} of ${number(stats, 'mix.target')}`,
  ];
  if ('generator.clips' in stats) {
    parts.push(`${number(stats, 'mix.fresh')} fresh, ${number(stats, 'mix.replayed')} replayed`);
    const substituted = number(stats, 'mix.substituted');
    if (substituted > 0) parts.push(`${substituted} real in their place`);
    const engine = stats['generator.engine'];
    const pace = engine === 'starting' ? 'starting' : `${number(stats, 'generator.clipsPerSecond').toFixed(1)} clips/s`;
    parts.push(`generator ${pace}, ${number(stats, 'generator.fresh')} ready`);
  } else parts.push('no generator');
  parts.push(plural(number(stats, 'server.consumers'), 'consumer'));
  const marks = [
    simulated ? pc.bgYellow(pc.black(' SIMULATED DATA ')) : '',
    stats['mix.paused'] === true ? pc.yellow('PAUSED') : '',
  ];
  return [...marks.filter((mark) => mark !== ''), parts.join(' | ')].join(' ');
}
