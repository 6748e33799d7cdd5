import type { StreamRequest } from '../../core/source.js';
import type { Fields } from './fields.js';
import { MAX_WORLD } from './limits.js';

/**
 * How a session takes part.
 * - `share`: every batch goes to one consumer of the group.
 * - `broadcast`: the session has the whole stream for itself.
 * - `lockstep`: one of `world` ranks; step k reaches all ranks or none.
 * - `indexed`: samples by index, no batches.
 * - `control`: settings and statistics only.
 */
export type SessionMode = 'share' | 'broadcast' | 'lockstep' | 'indexed' | 'control';

/** Every mode. */
export const SESSION_MODES: readonly SessionMode[] = ['share', 'broadcast', 'lockstep', 'indexed', 'control'];

/** What a client takes for granted; a difference is answered with `config_mismatch`. */
export interface Expectation {
  /** Name of the layout. */
  readonly layout?: string;
  /** Number of classes. */
  readonly classes?: number;
  readonly V?: number;
  readonly C?: number;
  readonly M?: number;
  readonly T?: number;
}

/** Where a client was before it lost the server. */
export interface ResumePoint {
  /** The session that is gone. */
  readonly session: string;
  readonly epoch: number;
  /** The step to go on with: all before it are processed. */
  readonly step: number;
  /** Digest of the changes that the client knew of. */
  readonly logHash: string;
}

/** Opens a session. `v` is the range of versions the client speaks. */
export interface Hello {
  readonly k: 'HELLO';
  readonly v: readonly [number, number];
  readonly client: string;
  readonly lang: string;
  readonly mode: SessionMode;
  readonly credit: number;
  readonly inline?: boolean;
  readonly dtype?: '<f4' | '<f2';
  readonly name?: string;
  /** Consumers of one group share a stream (share, lockstep), or name theirs (broadcast). */
  readonly group?: string;
  /** Lockstep: number of this consumer, and how many there are. */
  readonly rank?: number;
  readonly world?: number;
  readonly profile?: StreamRequest['profile'];
  readonly split?: string;
  readonly expect?: Expectation;
  readonly resume?: ResumePoint;
  /** Shows which allowed key is the client's: its role depends on it. */
  readonly auth?: { readonly key: string; readonly proof: string };
  /** Most payload bytes that the client takes in one message of samples. */
  readonly maxBytes?: number;
}

const count = (field: keyof Expectation) => (f: Fields) => f.int(field, 1);

function readExpectation(f: Fields): Expectation {
  return {
    layout: f.optional('layout', (g) => g.text('layout', 256)),
    classes: f.optional('classes', count('classes')),
    V: f.optional('V', count('V')),
    C: f.optional('C', count('C')),
    M: f.optional('M', count('M')),
    T: f.optional('T', count('T')),
  };
}

function readResume(f: Fields): ResumePoint {
  return { session: f.text('session', 128), epoch: f.int('epoch'), step: f.int('step'), logHash: f.text('logHash', 64) };
}

function readProfile(f: Fields): NonNullable<StreamRequest['profile']> {
  return {
    name: f.optional('name', (g) => g.text('name', 128)),
    args: f.optional('args', (g) => Object.fromEntries(g.nested('args').entries())),
  };
}

function readRange(fields: Fields): [number, number] {
  const range = fields.ints('v', 2);
  if (range.length !== 2 || range[0]! > range[1]!)
    return fields.fail('v', range, 'the lowest and the highest protocol version, [min, max]');
  return [range[0]!, range[1]!];
}

/** @throws TransportError PROTOCOL_MESSAGE that names the field; rank and world come together, in lockstep only */
export function readHello(f: Fields): Hello {
  const mode = f.oneOf('mode', SESSION_MODES);
  const world = f.optional('world', (g) => g.int('world', 1, MAX_WORLD));
  const rank = f.optional('rank', (g) => g.int('rank', 0, (world ?? MAX_WORLD) - 1));
  if (mode === 'lockstep' && (world === undefined || rank === undefined))
    return f.fail(world === undefined ? 'world' : 'rank', undefined, 'given in mode "lockstep"');
  return {
    k: 'HELLO',
    v: readRange(f),
    client: f.text('client', 128),
    lang: f.text('lang', 32),
    mode,
    credit: f.int('credit'),
    inline: f.optional('inline', (g) => g.bool('inline')),
    dtype: f.optional('dtype', (g) => g.oneOf('dtype', ['<f4', '<f2'] as const)),
    name: f.optional('name', (g) => g.text('name', 128)),
    group: f.optional('group', (g) => g.text('group', 128)),
    rank,
    world,
    profile: f.optional('profile', (g) => readProfile(g.nested('profile'))),
    split: f.optional('split', (g) => g.text('split', 256)),
    expect: f.optional('expect', (g) => readExpectation(g.nested('expect'))),
    resume: f.optional('resume', (g) => readResume(g.nested('resume'))),
    auth: f.optional('auth', (g) => {
      const auth = g.nested('auth');
      return { key: auth.text('key', 40), proof: auth.text('proof', 64) };
    }),
    maxBytes: f.optional('maxBytes', (g) => g.int('maxBytes', 1)),
  };
}
