import type { Action } from '../action.js';
import { bow, clap, wave } from './gestures.js';
import { jog, walk } from './locomotion.js';
import { jumpingJack, sitDown, squat, standUp } from './postures.js';
import { kick, punch, throwOver } from './strikes.js';

/** What puppets do; the place in this list is the class number. */
export const ACTIONS: readonly Action[] = [
  wave,
  clap,
  bow,
  throwOver,
  punch,
  kick,
  squat,
  jumpingJack,
  sitDown,
  standUp,
  walk,
  jog,
];
