import { byId } from '../by-id.js';
import { element } from '../element.js';
import type { LiveState, LiveStream } from '../stream/live-stream.js';
import { type Camera, FIRST_VIEW } from './camera.js';
import { type ClipPane, createClipPane } from './clip-pane.js';
import type { Palette } from './draw-skeleton.js';
import { bindOrbit } from './orbit.js';
import { createPlayback, frameAt } from './playback.js';

/** The two pictures and their controls. */
export interface Viewer {
  /** Shows a class. */
  choose(label: number): void;
  recolour(): void;
}

const SCRUB_STEPS = 1000;

function paletteOf(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    left: colour('--left'),
    right: colour('--right'),
    middle: colour('--middle'),
    grid: colour('--line'),
    second: colour('--quiet'),
  };
}

/** Real and synthetic clips of one class side by side, in step. */
export function bindViewer(stream: LiveStream): Viewer {
  const playback = createPlayback();
  const camera: Camera = { ...FIRST_VIEW };
  const classes = byId('viewer-class', HTMLSelectElement);
  const follow = byId('viewer-follow', HTMLButtonElement);
  const play = byId('viewer-play', HTMLButtonElement);
  const scrub = byId('viewer-scrub', HTMLInputElement);
  const speed = byId('viewer-speed', HTMLSelectElement);
  let panes: ClipPane[] = [];
  let palette = paletteOf();
  let follows = true;
  let label = 0;
  let lastAt: number | undefined;
  let drawnFrames = '';

  const framesNow = (): string => panes.map(({ clip }) => (clip ? frameAt(playback.time, clip.fps, clip.shape.T) : '-')).join();
  const draw = (): void => {
    drawnFrames = framesNow();
    for (const pane of panes) pane.draw(playback.time, camera, palette);
    scrub.value = String(playback.duration > 0 ? Math.round((SCRUB_STEPS * playback.time) / playback.duration) : 0);
    const text = `${playback.time.toFixed(2)} of ${playback.duration.toFixed(2)} s`;
    byId('viewer-time').textContent = text;
    scrub.setAttribute('aria-valuetext', text);
  };
  const refresh = (): Promise<unknown> => Promise.all(panes.map((pane) => pane.newest(label)));
  const changed = (): void => {
    playback.duration = Math.max(0, ...panes.map(({ clip }) => (clip ? clip.shape.T / clip.fps : 0)));
    playback.seek(Math.min(playback.time, playback.duration));
    draw();
  };
  const setFollow = (value: boolean): void => {
    follows = value;
    follow.setAttribute('aria-pressed', String(value));
    follow.textContent = value ? 'Follow newest' : 'Held';
    if (value) void refresh();
  };
  const animate = (now: number): void => {
    if (!playback.isPlaying) {
      lastAt = undefined;
      return;
    }
    const ended = playback.advance(now - (lastAt ?? now));
    lastAt = now;
    // Frames of a clip are fewer than those of a screen.
    if (framesNow() !== drawnFrames) draw();
    if (ended && follows) void refresh();
    requestAnimationFrame(animate);
  };
  const setPlaying = (value: boolean): void => {
    if (value) playback.play();
    else playback.pause();
    play.setAttribute('aria-pressed', String(value));
    play.textContent = value ? 'Stop' : 'Play';
    if (value) requestAnimationFrame(animate);
    else draw();
  };
  const step = (by: number): void => {
    setPlaying(false);
    const fps = Math.max(1, ...panes.map(({ clip }) => clip?.fps ?? 0));
    playback.seek((Math.round(playback.time * fps) + by) / fps);
    draw();
  };
  const choose = (wanted: number): void => {
    label = wanted;
    classes.value = String(wanted);
    setFollow(true);
  };

  stream.on(['state'], ({ info }: LiveState) => {
    classes.replaceChildren(...info.classes.map((name, k) => element('option', { value: k }, `${k} ${name}`)));
    label = Math.min(label, info.classes.length - 1);
    classes.value = String(label);
    const common = { layout: info.layout, classes: info.classes, changed, held: () => setFollow(false) };
    panes = (['real', 'synthetic'] as const).map((origin) => createClipPane({ ...common, origin }));
    byId('viewer-panes').replaceChildren(...panes.map(({ box }) => box));
    for (const { canvas } of panes) {
      bindOrbit(canvas, camera, draw);
      new ResizeObserver(draw).observe(canvas);
    }
    void refresh();
  });
  // While nothing plays nobody reaches the end of a clip, so the newest is asked for here.
  let ticks = 0;
  stream.on(['tick'], () => {
    if (follows && (!playback.isPlaying || panes.some(({ clip }) => clip === null)) && ++ticks % 3 === 0) void refresh();
  });

  classes.addEventListener('change', () => choose(Number(classes.value)));
  follow.addEventListener('click', () => setFollow(!follows));
  play.addEventListener('click', () => setPlaying(!playback.isPlaying));
  byId('viewer-back').addEventListener('click', () => step(-1));
  byId('viewer-forward').addEventListener('click', () => step(1));
  speed.addEventListener('change', () => {
    playback.speed = Number(speed.value);
  });
  scrub.addEventListener('input', () => {
    setPlaying(false);
    playback.seek((scrub.valueAsNumber / SCRUB_STEPS) * playback.duration);
    draw();
  });
  setPlaying(!matchMedia('(prefers-reduced-motion: reduce)').matches);
  return {
    choose,
    recolour() {
      palette = paletteOf();
      draw();
    },
  };
}
