import { afterEach, describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/errors.js';
import { createCpuEngine } from '../../src/engine/cpu.js';
import { eagerProgram } from '../../src/engine/eager-program.js';
import type { Engine, Tensors } from '../../src/engine/engine.js';
import { type CompileRequest, engineOf } from '../../src/engine/engine-of.js';
import { type FallBack, withFallBack } from '../../src/engine/fall-back.js';
import type { Program } from '../../src/engine/program.js';
import { tf } from '../../src/engine/tfjs.js';

const f32 = (...values: number[]): Float32Array => Float32Array.from(values);
const doubled = ({ x }: Tensors): Tensors => ({ y: tf.mul(x!, 2) });
const counting = ({ x, n }: Tensors): Tensors => ({ y: tf.add(x!, n!), n: tf.add(n!, 1) });
const START = { n: { shape: [1], data: f32(10) } };

/** Engines that compute on the processor under another name, and fail where told. */
const faults = {
  run: (_engine: string, _function: string): unknown => undefined,
  compile: (_engine: string): unknown => undefined,
};
function engineCalled(name: string): Engine {
  return engineOf(name, async (request: CompileRequest): Promise<Program> => {
    const atCompile = faults.compile(name);
    if (atCompile !== undefined) throw atCompile;
    const program = eagerProgram('cpu', request);
    return {
      ...program,
      run: async (feeds, into) => {
        const atRun = faults.run(name, request.name);
        if (atRun !== undefined) throw atRun;
        return program.run(feeds, into);
      },
    };
  });
}

const open: Engine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
  faults.run = () => undefined;
  faults.compile = () => undefined;
});

function pair(createSecond = async () => engineCalled('second')): { engine: Engine; events: FallBack[]; asked: () => number } {
  const events: FallBack[] = [];
  let count = 0;
  const next = () => {
    count++;
    return createSecond();
  };
  const engine = withFallBack(engineCalled('first'), next, (event) => events.push(event));
  open.push(engine);
  return { engine, events, asked: () => count };
}

const failing = (engine: string, reason = 'device lost') => {
  faults.run = (on) => (on === engine ? new Error(reason) : undefined);
};

describe('an engine that fails in the middle of its work', () => {
  it('is left alone while it works', async () => {
    const { engine, events, asked } = pair();
    const made = await engine.compile(doubled, { x: [2] });
    expect(await made.run({ x: f32(1, 2) })).toEqual({ y: f32(2, 4) });
    expect([engine.name, events, asked()]).toEqual(['first', [], 0]);
  });

  it('is replaced: the run is repeated, and told once with both names and the reason', async () => {
    const { engine, events } = pair();
    const made = await engine.compile(doubled, { x: [1] }, { name: 'net' });
    failing('first');
    for (let run = 1; run <= 3; run++) expect(await made.run({ x: f32(run) })).toEqual({ y: f32(2 * run) });
    expect(events).toEqual([{ from: 'first', to: 'second', function: 'net', reason: 'device lost' }]);
    expect(engine.name).toBe('second');
  });

  it('hands on the state that the last good run left, in the order of the runs', async () => {
    const { engine } = pair();
    const made = await engine.compile(counting, { x: [1] }, { state: START });
    let runs = 0;
    faults.run = (on) => (on === 'first' && ++runs > 3 ? new Error('device lost') : undefined);
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map(() => made.run({ x: f32(0) })));
    expect(results.map(({ y }) => y![0])).toEqual([10, 11, 12, 13, 14, 15]);
    expect((await made.state()).n!.data).toEqual(f32(16));
  });

  it('takes every function along, each with its own state, and tells it once', async () => {
    const { engine, events } = pair();
    const [a, b] = [
      await engine.compile(doubled, { x: [1] }, { name: 'a' }),
      await engine.compile(counting, { x: [1] }, { name: 'b', state: START }),
    ];
    await b.run({ x: f32(0) });
    failing('first');
    const results = await Promise.all([a.run({ x: f32(4) }), b.run({ x: f32(0) }), a.run({ x: f32(5) })]);
    expect(results.map(({ y }) => y![0])).toEqual([8, 11, 10]);
    expect(events).toHaveLength(1);
    const later = await engine.compile(doubled, { x: [1] });
    expect(await later.run({ x: f32(6) })).toEqual({ y: f32(12) });
  });

  it('is replaced where it fails at compiling, too', async () => {
    const { engine, events } = pair();
    faults.compile = (on) => (on === 'first' ? new ModelError('BACKEND_UNAVAILABLE', 'out of memory') : undefined);
    const made = await engine.compile(doubled, { x: [1] }, { name: 'net' });
    expect(await made.run({ x: f32(3) })).toEqual({ y: f32(6) });
    expect(events).toEqual([{ from: 'first', to: 'second', function: 'net', reason: 'out of memory' }]);
  });
});

describe('what is no failure of the engine', () => {
  it('a wrong feed is told to the caller and changes nothing', async () => {
    const { engine, asked } = pair();
    const made = await engine.compile(doubled, { x: [2] });
    await expect(made.run({ x: f32(1) })).rejects.toMatchObject({ code: 'WEIGHTS_SHAPE' });
    expect(asked()).toBe(0);
  });

  it('a function that can not be compiled is the fault of the function', async () => {
    const { engine, asked } = pair();
    await expect(engine.compile(({ x }) => ({ y: tf.cumsum(x!) }), { x: [2] })).rejects.toMatchObject({
      code: 'KERNEL_UNSUPPORTED',
    });
    expect(asked()).toBe(0);
  });

  it('a released function and a closed engine stay closed', async () => {
    const { engine, asked } = pair();
    const made = await engine.compile(doubled, { x: [1] });
    await made.release();
    await expect(made.run({ x: f32(1) })).rejects.toMatchObject({ code: 'CLOSED' });
    await engine.close();
    await expect(engine.compile(doubled, { x: [1] })).rejects.toMatchObject({ code: 'CLOSED' });
    expect(asked()).toBe(0);
  });
});

describe('a second failure', () => {
  const both = /^net can't run on second either: no power\. Before, net failed on the engine first: device lost$/;

  it('is an error that names both engines and both reasons, and asks for no third', async () => {
    const { engine, events, asked } = pair();
    const made = await engine.compile(doubled, { x: [1] }, { name: 'net' });
    faults.run = (on) => new Error(on === 'first' ? 'device lost' : 'no power');
    for (let run = 0; run < 2; run++)
      await expect(made.run({ x: f32(1) })).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        message: expect.stringMatching(both),
        details: { engines: ['first', 'second'], reasons: ['device lost', 'no power'] },
      });
    expect([events.length, asked()]).toEqual([1, 1]);
  });

  it('at compiling on the second one is that, too', async () => {
    const { engine } = pair();
    const made = await engine.compile(doubled, { x: [1] }, { name: 'net' });
    failing('first');
    faults.compile = (on) => (on === 'second' ? new ModelError('BACKEND_UNAVAILABLE', 'no power') : undefined);
    await expect(made.run({ x: f32(1) })).rejects.toThrow(both);
  });

  it('is also that there is no other engine', async () => {
    const { engine, events, asked } = pair(async () => {
      throw new ModelError('BACKEND_UNAVAILABLE', 'no tensor engine works here');
    });
    const made = await engine.compile(doubled, { x: [1] }, { name: 'net' });
    failing('first');
    for (let run = 0; run < 2; run++)
      await expect(made.run({ x: f32(1) })).rejects.toThrow(
        "net can't run on another engine either: no tensor engine works here. Before, net failed on the engine first: device lost",
      );
    expect([events, asked()]).toEqual([[], 1]);
  });
});

it('closing while another engine is on its way closes that one as well', async () => {
  let arrived: Engine | undefined;
  const { engine } = pair(async () => {
    arrived = await createCpuEngine();
    return arrived;
  });
  const made = await engine.compile(doubled, { x: [1] });
  failing('first');
  const run = made.run({ x: f32(1) }).catch(() => undefined);
  await new Promise(setImmediate);
  await Promise.all([run, engine.close()]);
  await expect(arrived!.compile(doubled, { x: [1] })).rejects.toMatchObject({ code: 'CLOSED' });
});
