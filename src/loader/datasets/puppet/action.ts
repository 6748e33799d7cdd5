import type { Random } from '../../../core/random.js';
import type { Movement } from './keyframes.js';
import type { Person } from './style.js';

/** Something that a puppet can do. */
export interface Action {
  readonly name: string;
  /** Shortest and longest at a tempo of 1, seconds. */
  readonly seconds: readonly [number, number];
  /** Where it may take the puppet: `place` stays, `way` needs room in front. */
  readonly room: 'place' | 'way';
  /** One performance. Scripts are for the right-handed; left ones are mirrored afterwards. */
  perform(person: Person, random: Random): Movement;
}
