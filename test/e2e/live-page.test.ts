/// <reference lib="dom" />
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createService, type Service } from '../../src/service/index.js';
import { connect } from '../../src/transport/index.js';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { pythonWith } from '../support/python.js';
import { TINY_DATA, tinyModel } from '../support/tiny-model.js';

/** Asks again and again until it is so; a busy machine takes its time. */
const poll = <T>(value: () => T) => expect.poll(value, { timeout: 15_000 });

const python = pythonWith('zmq', 'msgpack', 'numpy');
const CLIENT = fileURLToPath(new URL('../../clients/python/src', import.meta.url));

/** Prints number and target of each batch, slowly enough to be watched. */
const CONSUMER = `
import sys, time, skelmix
with skelmix.connect(sys.argv[1], name='python loop', credit=2) as stream:
    while True:
        for batch in stream.epoch():
            print(batch.seq, batch.ratio.target, flush=True)
            time.sleep(0.02)
`;

/** Sets what a page sets too, and prints what holds. */
const SETTER = `
import json, sys, skelmix
with skelmix.connect(sys.argv[1], name='python loop') as stream:
    classes = len(stream.classes)
    warm = {'kind': 'warm', 'to': 0.5, 'rise': 2, 'hold': 3, 'fall': 1}
    print(json.dumps([
        stream.set('schedule', warm).value,
        stream.set('classWeights', [1] * (classes - 1) + [0]).value,
        stream.set('guidance.classifierFree', 2.5).value,
        stream.set('schedule', None).value,
    ]))
    try:
        stream.set('classWeights', [1])
    except skelmix.ConfigError as error:
        print(error)
`;

describe.skipIf(chromiumPath === undefined)('the live page in a browser (needs Chromium)', () => {
  let model: Awaited<ReturnType<typeof tinyModel>>;
  let service: Service;
  let browser: Browser;
  const pages: Page[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    model = await tinyModel('train', { gate: true });
    service = await createService({
      data: TINY_DATA,
      mix: { ratio: 0.3 },
      batch: { size: 8 },
      loader: { workers: 0 },
      generator: { model: model.folder, steps: 2, groupSize: 4, freshTarget: 24 },
      gate: { likelihood: 0, bones: 0, jitter: 0, nearest: 0 },
      serve: { port: 0, ipc: false },
      http: { enabled: true, port: 0 },
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await model?.remove();
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    for (const [key, value] of [
      ['schedule', null],
      ['classWeights', null],
      ['ratio', 0.3],
    ] as const)
      service.source.set(key, value, 'test');
    service.source.set('guidance.classifierFree', 2, 'test');
    expect(complaints.splice(0)).toEqual([]);
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
    const page = await context.newPage();
    pages.push(page);
    page.on('pageerror', (error) => complaints.push(error.message));
    // The refusals that tests provoke are listed by the browser too.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('status of 400')) complaints.push(message.text());
    });
    await page.goto(service.page!);
    await page.waitForFunction(() => document.querySelectorAll('#flow-stages li').length === 8);
    return page;
  }
  const ratioOf = (page: Page): Promise<string> => page.locator('#ratio-slider').inputValue();
  const shows = (page: Page, selector: string, text: string | RegExp): Promise<void> =>
    page.locator(selector).filter({ hasText: text }).waitFor({ timeout: 10_000 });
  const hasRatio = (page: Page, value: string): Promise<unknown> =>
    page.waitForFunction((wanted) => document.querySelector<HTMLInputElement>('#ratio-slider')!.value === wanted, value);

  /** Drags the slider to a value, as a hand would. */
  async function drag(page: Page, to: number): Promise<void> {
    const box = (await page.locator('#ratio-slider').boundingBox())!;
    const at = (value: number): number => box.x + 8 + value * (box.width - 16);
    const y = box.y + box.height / 2;
    await page.mouse.move(at(Number(await ratioOf(page))), y);
    await page.mouse.down();
    await page.mouse.move(at(to), y, { steps: 12 });
    await page.mouse.up();
  }

  it('turns the ratio that a consumer sees, by dragging', async () => {
    const page = await open();
    const stream = await connect(service.endpoints[0]!, { preferIpc: false, credit: 2 });
    let sent: number | undefined;
    let seen: number | undefined;
    for await (const batch of stream) {
      if (batch.seq === 3) {
        await drag(page, 0.6);
        await page.waitForFunction(() => document.querySelector('#ratio-effect')!.textContent !== '');
        sent = service.source.nextSeq;
      }
      if (batch.ratio.target > 0.55) {
        seen = batch.seq;
        break;
      }
      if (sent !== undefined && batch.seq > sent) break;
    }
    expect(Number(await ratioOf(page))).toBeCloseTo(0.6, 1);
    expect(seen).toBeLessThanOrEqual(sent!);
  });

  it.skipIf(python === undefined)(
    'turns the ratio of a Python consumer, within its credit (needs Python with pyzmq)',
    async () => {
      const page = await open();
      const child: ChildProcess = spawn(python!, ['-c', CONSUMER, service.endpoints[0]!], {
        env: { ...process.env, PYTHONPATH: CLIENT },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        let asked: number | undefined;
        for await (const line of createInterface({ input: child.stdout! })) {
          const [seq, target] = line.split(' ').map(Number);
          if (asked === undefined && seq! >= service.source.nextSeq - 8) {
            await page.locator('#ratio-presets button[data-ratio="0.5"]').click();
            await shows(page, '#ratio-effect', '0.5 ');
            asked = service.source.nextSeq;
          }
          if (target === 0.5) break;
          // The client holds at most what it was granted.
          if (asked !== undefined) expect(seq).toBeLessThanOrEqual(asked + 2);
        }
        await shows(page, '#consumers-table', 'python loop');
        await shows(page, '#charts-mark', /ratio to 0.5|python loop/);
      } finally {
        child.kill('SIGKILL');
      }
    },
  );

  it.skipIf(python === undefined)('shows what Python sets: schedule, weights, scales (needs Python with pyzmq)', async () => {
    const page = await open();
    const child = spawn(python!, ['-c', SETTER, service.endpoints[0]!], {
      env: { ...process.env, PYTHONPATH: CLIENT },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout! })) lines.push(line);
    const weights = [...new Array(service.source.info.classes.length - 1).fill(1), 0];
    const warm = { kind: 'warm', to: 0.5, rise: 2, hold: 3, fall: 1, unit: 'epochs' };
    expect(JSON.parse(lines[0]!)).toEqual([warm, weights, 2.5, null]);
    expect(lines[1]).toContain('must be null or a list of');
    expect(service.source.settings).toMatchObject({ schedule: null, classWeights: weights, 'guidance.classifierFree': 2.5 });
    await poll(() => page.locator('#classes-list .weight').last().inputValue()).toBe('0');
    await poll(() => page.locator('[id="set-guidance.classifierFree"]').inputValue()).toBe('2.5');
  });

  it('keeps two pages and every other program in step', async () => {
    const [one, two] = [await open(), await open()];
    await one.locator('#ratio-number').fill('0.42');
    await one.keyboard.press('Enter');
    await hasRatio(two, '0.42');
    expect(service.source.settings.ratio).toBe(0.42);
    service.source.set('ratio', 0.11, 'python');
    await Promise.all([hasRatio(one, '0.11'), hasRatio(two, '0.11')]);
    await shows(two, '#ratio-effect', 'by python');
    await two.locator('#pause').click();
    await one.locator('#pause[aria-pressed="true"]').waitFor();
    await shows(one, '#health', 'Paused');
    await one.locator('#pause').click();
    await two.locator('#pause[aria-pressed="false"]').waitFor();
  });

  it('lets a refused value snap back, with the reason', async () => {
    const page = await open();
    await page.locator('#ratio-number').fill('0.9');
    await page.keyboard.press('Enter');
    await shows(page, '#ratio-message', 'above 0.75');
    await hasRatio(page, '0.3');
    expect(await page.locator('#ratio-number').inputValue()).toBe('0.3');
    expect(service.source.settings.ratio).toBe(0.3);
  });

  it('starts a schedule that both pages show, and a ratio ends it', async () => {
    const [one, two] = [await open(), await open()];
    for (const page of [one, two]) await page.locator('#tab-schedule').click();
    await one.locator('#schedule-kind').selectOption('linear');
    await one.locator('#schedule-unit').selectOption('batches');
    for (const [field, value] of [
      ['from', '0'],
      ['to', '0.5'],
      ['over', '40'],
    ] as const)
      await one.locator(`#schedule-${field}`).fill(value);
    await shows(one, '#schedule-words', 'Not started');
    await one.keyboard.press('Enter');
    await shows(two, '#schedule-words', /linear, 0\.000 now, 0\.0 of 40 batches/);
    expect(service.source.settings.schedule).toEqual({ kind: 'linear', from: 0, to: 0.5, over: 40, unit: 'batches' });
    expect(await two.locator('#schedule-over').inputValue()).toBe('40');
    const stream = await connect(service.endpoints[0]!, { preferIpc: false, credit: 1 });
    const targets: number[] = [];
    for await (const batch of stream) {
      // What consumers of other tests left behind comes first.
      if (batch.rev === service.source.rev) targets.push(batch.ratio.target);
      if (targets.length === 10) break;
    }
    expect(targets[9]! - targets[5]!).toBeCloseTo((4 * 0.5) / 40);
    await shows(two, '#schedule-words', /of 40 batches/);
    await two.waitForFunction(() => Number(document.querySelector<HTMLInputElement>('#ratio-number')!.value) > 0.1);
    await two.locator('#ratio-presets button[data-ratio="0.3"]').click();
    await shows(one, '#schedule-words', 'No schedule');
    expect(service.source.settings).toMatchObject({ ratio: 0.3, schedule: null });

    await one.locator('#schedule-to').fill('0.9');
    await one.locator('#schedule-start').click();
    await shows(one, '#schedule-message', 'the schedule goes up to 0.9: above 0.75');
    expect(service.source.settings.schedule).toBeNull();
  });

  it('weighs classes in both pages, by field and preset; a refused weight snaps back', async () => {
    const [one, two] = [await open(), await open()];
    const weight = (page: Page, label: number) => page.locator('#classes-list .weight').nth(label);
    await weight(one, 2).fill('3');
    await one.keyboard.press('Enter');
    await poll(() => weight(two, 2).inputValue()).toBe('3');
    await shows(two, '#charts-mark', 'weights of the classes');
    expect(await two.locator('#weights-preset').inputValue()).toBe('own');
    expect(service.source.settings.classWeights?.[2]).toBe(3);
    await two.locator('#classes-order').selectOption('weight');
    await poll(() => two.locator('#classes-list li button').first().textContent()).toBe(service.source.info.classes[2]);
    await weight(one, 0).fill('1000');
    await one.keyboard.press('Enter');
    await shows(one, '#weights-message', 'classWeights[0] is 1000');
    await one.locator('#weights-preset').focus();
    await poll(() => weight(one, 0).inputValue()).toBe('1');
    await one.locator('#weights-preset').selectOption('configured');
    await poll(() => two.locator('#weights-preset').inputValue()).toBe('configured');
    expect(service.source.settings.classWeights).toBeNull();
  });

  it('guides the clips to come', async () => {
    const page = await open();
    await page.locator('#tab-guidance').click();
    await page.locator('input[aria-label="class, in numbers"]').fill('3.5');
    await page.keyboard.press('Enter');
    await poll(() => service.source.settings['guidance.classifierFree']).toBe(3.5);
    await page.locator('input[aria-label="class, in numbers"]').fill('50');
    await page.keyboard.press('Enter');
    await shows(page, '#guidance-message', 'must be a number from 0 to 20');
    await poll(() => page.locator('[id="set-guidance.classifierFree"]').inputValue()).toBe('3.5');
  });

  it('is worked by the keyboard alone', async () => {
    const page = await open({ reducedMotion: 'reduce' });
    const tabTo = async (id: string): Promise<void> => {
      for (let k = 0; k < 200; k++) {
        await page.keyboard.press('Tab');
        if ((await page.evaluate(() => document.activeElement?.id)) === id) return;
      }
      throw new Error(`Tab never reaches #${id}`);
    };
    await tabTo('ratio-slider');
    for (let k = 0; k < 3; k++) await page.keyboard.press('ArrowRight');
    await poll(() => service.source.settings.ratio).toBeCloseTo(0.33);
    await tabTo('set-gate.jitter');
    await page.keyboard.press('ArrowRight');
    await poll(() => service.source.settings['gate.jitter']).toBeCloseTo(0.005);
    service.source.set('gate.jitter', 0, 'test');
    await page.reload();
    await tabTo('tab-gate');
    await page.keyboard.press('ArrowRight');
    await tabTo('schedule-kind');
    await tabTo('schedule-to');
    await page.keyboard.type('0.4');
    await tabTo('schedule-start');
    await page.keyboard.press('Enter');
    await poll(() => service.source.settings.schedule?.kind).toBe('linear');
    await tabTo('schedule-end');
    await page.keyboard.press('Enter');
    await poll(() => service.source.settings.schedule).toBeNull();
    await tabTo('weights-preset');
    await tabTo('viewer-class');
    await page.keyboard.press('ArrowDown');
    await shows(page, '.pane.real .facts', /class\s*1 /);
    await tabTo('viewer-forward');
    await page.keyboard.press('Enter');
    await shows(page, '#viewer-time', '0.03');
  });

  it('has its history after a reload', async () => {
    const page = await open();
    service.source.set('ratio', 0.25, 'before the reload');
    await shows(page, '#charts-mark', 'before the reload');
    await page.waitForFunction(() => !document.querySelector('.chart')?.getAttribute('aria-label')?.includes('real -'));
    await page.reload();
    await shows(page, '#charts-mark', 'before the reload');
    await shows(page, '#ratio-effect', 'by before the reload');
    const answer = await page.evaluate(async () => (await (await fetch('api/history')).json()) as { columns: { t: number[] } });
    expect(answer.columns.t.length).toBeGreaterThan(0);
  });

  it('shows real and synthetic clips of a class side by side, and makes one again', async () => {
    const page = await open();
    for (const pane of ['real', 'synthetic']) await shows(page, `.pane.${pane} .facts`, 'frames');
    await page.locator('.pane.synthetic button', { hasText: 'Regenerate' }).click();
    await shows(page, '.pane.synthetic .note', /made again: (the same clip|the largest difference is \d)/);
    expect(await page.locator('#viewer-follow').textContent()).toBe('Held');
    const inked = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLCanvasElement>('.pane canvas')].map((canvas) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, i) => i % 4 === 3 && value > 0);
      }),
    );
    expect(inked).toEqual([true, true]);
  });

  it('stands still where motion is not wanted, and moves where nobody minds', async () => {
    const still = await open({ reducedMotion: 'reduce' });
    expect(await still.locator('#viewer-play').textContent()).toBe('Play');
    const moving = await open();
    await moving.waitForFunction(() => !document.querySelector('#viewer-time')!.textContent!.startsWith('0.00'));
  });

  it('fits 1280 x 720 without scrolling, and is one column at 800', async () => {
    const page = await open();
    const size = (): Promise<number[]> =>
      page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        return [scrollWidth, scrollHeight];
      });
    expect(await size()).toEqual([1280, 720]);
    await page.setViewportSize({ width: 800, height: 900 });
    expect((await size())[0]).toBe(800);
    const lefts = await page.evaluate(() =>
      [...document.querySelectorAll('main > section')].map((card) => card.getBoundingClientRect().left),
    );
    expect(new Set(lefts).size).toBe(1);
  });

  it.each(['light', 'dark'] as const)('has no serious fault of accessibility in the %s theme', async (colorScheme) => {
    const page = await open({ colorScheme });
    await shows(page, '.pane.synthetic .facts', 'frames');
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(243, 244, 246)' : 'rgb(16, 20, 24)');
    // Evaluated, not added as a script tag: the page's policy lets none in.
    await page.evaluate(axeSource);
    const violations = async (): Promise<string[]> =>
      page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') };
        const found = await axe.run();
        return found.violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
      });
    for (const tab of ['gate', 'schedule', 'guidance']) {
      await page.locator(`#tab-${tab}`).click();
      expect(await page.locator(`#panel-${tab}`).isVisible()).toBe(true);
      expect(await violations()).toEqual([]);
    }
  });
});

const { source: axeSource } = createRequire(import.meta.url)('axe-core') as { source: string };
