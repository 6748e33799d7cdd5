import type { Layout } from '../../core/layout.js';
import { axisSizes, type TensorSpec } from '../../core/sample.js';
import type { ProfileFacts, StreamInfo } from '../../core/source.js';
import type { Fields } from './fields.js';
import { SESSION_MODES } from './hello.js';
import { readLiveSettings } from './live-values.js';
import type { TensorSchema, Welcome } from './server-messages.js';

/** The tensors of every batch of a stream. x is `<f4`, or `<f2` where the session asked for that. */
export function batchSchema(info: StreamInfo, xType: '<f4' | '<f2'): TensorSchema[] {
  const { N } = info.batchShape;
  return [
    { name: 'x', dtype: xType, shape: [N, ...axisSizes(info.batchShape, info.axes)] },
    { name: 'y', dtype: '<i8', shape: [N] },
    { name: 'origin', dtype: '|u1', shape: [N] },
    { name: 'weight', dtype: '<f4', shape: [N] },
    ...info.extras.map(({ name, dtype, shape }) => ({ name, dtype, shape: [N, ...shape] })),
  ];
}

function readLayout(f: Fields): Layout {
  const joints = f.texts('joints', 4096);
  const places = (field: string): number[] => {
    const values = f.ints(field, joints.length, -1);
    return values.every((value) => value < joints.length)
      ? values
      : f.fail(field, values, `joint numbers below ${joints.length}`);
  };
  const perJoint = (field: string): number[] => {
    const values = places(field);
    return values.length === joints.length ? values : f.fail(field, values, `one number for each of the ${joints.length} joints`);
  };
  return {
    name: f.text('name'),
    channels: f.int('channels', 2, 3) as 2 | 3,
    joints,
    parents: perJoint('parents'),
    root: f.int('root', 0, joints.length - 1),
    centre: f.int('centre', 0, joints.length - 1),
    mirror: perJoint('mirror'),
    feet: places('feet'),
    source: f.text('source'),
  };
}

function readProfile(f: Fields): ProfileFacts {
  return {
    name: f.text('name', 128),
    digest: f.text('digest', 128),
    phase: f.oneOf('phase', ['train', 'test'] as const),
    args: Object.fromEntries(f.nested('args').entries()),
  };
}

function readSplits(f: Fields): Record<string, number> {
  return Object.fromEntries(f.entries().map(([name]) => [name, f.int(name)]));
}

/** @throws TransportError PROTOCOL_MESSAGE that names the field */
export function readWelcome(f: Fields): Welcome {
  const [settings, limits] = [f.nested('settings'), f.nested('limits')];
  return {
    k: 'WELCOME',
    v: f.int('v'),
    session: f.text('session', 128),
    serverId: f.text('serverId', 256),
    bootId: f.text('bootId', 128),
    host: f.text('host', 256),
    endpoints: f.texts('endpoints', 64),
    schema: f.maps('schema', 16).map((g) => ({
      name: g.text('name', 64),
      dtype: g.oneOf('dtype', ['<f4', '<f2', '<i8', '|u1'] as const),
      shape: g.ints('shape', 8),
    })),
    dataset: f.text('dataset'),
    simulated: f.bool('simulated'),
    model: f.optional('model', (g) => g.text('model')) ?? null,
    split: f.text('split'),
    layout: readLayout(f.nested('layout')),
    classes: f.texts('classes', 65536),
    profile: readProfile(f.nested('profile')),
    fields: f.texts('fields', 16),
    axes: f.oneOf('axes', ['CTVM', 'KMTVC'] as const),
    epochBatches: f.int('epochBatches', 1),
    epochSize: f.int('epochSize', 1),
    seed: f.int('seed'),
    configHash: f.text('configHash', 256),
    logHash: f.text('logHash', 256),
    settings: readLiveSettings(settings),
    rev: f.int('rev'),
    pingMs: f.int('pingMs', 1),
    timeoutMs: f.int('timeoutMs', 1),
    leaseMs: f.int('leaseMs', 1),
    limits: { maxCredit: limits.int('maxCredit', 1), maxInboundBytes: limits.int('maxInboundBytes', 1) },
    mode: f.optional('mode', (g) => g.oneOf('mode', SESSION_MODES)) ?? 'share',
    group: f.optional('group', (g) => g.text('group', 256)) ?? '',
    size: f.optional('size', (g) => g.int('size')) ?? null,
    splits: f.optional('splits', (g) => readSplits(g.nested('splits'))) ?? {},
  };
}

/** What a local consumer gets from `BatchSource.info`, out of a WELCOME. */
export function streamInfoOf(welcome: Welcome): StreamInfo {
  const { dataset, simulated, model, split, layout, classes, profile, fields, axes } = welcome;
  const { epochBatches, epochSize, seed, configHash } = welcome;
  const [N = 0, ...sizes] = welcome.schema.find(({ name }) => name === 'x')?.shape ?? [];
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = sizes;
  const batchShape = axes === 'CTVM' ? { N, K: 1, C: a, T: b, V: c, M: d } : { N, K: a, M: b, T: c, V: d, C: e };
  const extras = welcome.schema.slice(4).map(
    ({ name, dtype, shape }): TensorSpec => ({
      name,
      dtype: dtype === '<f4' ? dtype : '<i8',
      shape: shape.slice(1),
    }),
  );
  const what = { dataset, simulated, model, split, layout, classes, batchShape, profile, fields, axes, extras };
  return { ...what, epochBatches, epochSize, seed, configHash };
}
