import { element } from '../element.js';
import { listClips, loadClip, Refusal, regenerateClip } from '../stream/api.js';
import type { ClipEntry, ClipJson } from '../stream/messages.js';
import { type PlacedClip, placeClip } from './body-space.js';
import type { Camera } from './camera.js';
import { clipFacts } from './clip-facts.js';
import { drawSkeleton, type Palette } from './draw-skeleton.js';
import type { LayoutJson } from './layout-json.js';
import { frameAt } from './playback.js';

/** One of the two pictures: clips of one origin. */
export interface ClipPane {
  readonly box: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly clip: ClipJson | null;
  /** Shows the newest clip of a class, unless it is shown already. */
  newest(label: number): Promise<void>;
  draw(time: number, camera: Camera, palette: Palette): void;
}

/** What a pane shows clips of, and whom it tells. */
export interface ClipPaneOptions {
  readonly origin: 'real' | 'synthetic';
  readonly layout: LayoutJson;
  readonly classes: readonly string[];
  /** Called when another clip is shown. */
  readonly changed: () => void;
  /** Called when the user picks a clip by hand. */
  readonly held: () => void;
}

const TITLES = { real: 'Real', synthetic: 'Synthetic' } as const;

/** An empty pane. */
export function createClipPane({ origin, layout, classes, changed, held }: ClipPaneOptions): ClipPane {
  const canvas = element('canvas', {
    tabindex: 0,
    role: 'img',
    'aria-label': `${TITLES[origin]} skeleton; arrow keys turn it, + and - zoom`,
  });
  const facts = element('dl', { class: 'facts', tabindex: 0, 'aria-label': `Facts of the ${origin} clip` });
  const note = element('p', { class: 'quiet note', role: 'status' });
  const older = element('button', { type: 'button', 'aria-label': `Older ${origin} clip` }, '\u2039');
  const newer = element('button', { type: 'button', 'aria-label': `Newer ${origin} clip` }, '\u203a');
  const again = element('button', { type: 'button', title: 'makes the clip anew from its id' }, 'Regenerate');
  const head = element('div', { class: 'row' }, element('h3', { class: origin }, TITLES[origin]), older, newer);
  if (origin === 'synthetic') head.append(again);
  const box = element('div', { class: `pane ${origin}` }, head, canvas, note, facts);
  let entries: readonly ClipEntry[] = [];
  let placed: PlacedClip | null = null;
  let asked = 0;

  const show = (clip: ClipJson | null, words = ''): void => {
    placed = clip && placeClip(clip, layout);
    note.textContent = words;
    facts.replaceChildren(
      ...(clip ? clipFacts(clip, classes, Date.now()) : []).flatMap(([name, value]) => [
        element('dt', {}, name),
        element('dd', {}, value),
      ]),
    );
    again.disabled = clip === null;
    changed();
  };
  const open = async (id: string): Promise<void> => {
    const turn = ++asked;
    try {
      const clip = await loadClip(id);
      if (turn === asked) show(clip);
    } catch (error) {
      if (turn === asked) note.textContent = error instanceof Refusal ? error.message : String(error);
    }
  };
  const move = async (by: number): Promise<void> => {
    if (!placed) return;
    held();
    const { label, id } = placed.clip;
    entries = await listClips(origin, label).catch(() => entries);
    const place = entries.findIndex((entry) => entry.id === id);
    const next = entries[Math.min(entries.length - 1, Math.max(0, place + by))];
    if (next && next.id !== id) await open(next.id);
  };
  older.addEventListener('click', () => void move(1));
  newer.addEventListener('click', () => void move(-1));
  again.addEventListener('click', async () => {
    if (!placed) return;
    held();
    const { id } = placed.clip;
    again.disabled = true;
    note.textContent = 'is made again ...';
    try {
      const { clip, maxDifference } = await regenerateClip(id);
      const words =
        maxDifference === null
          ? 'made again; the first one is no longer kept'
          : maxDifference === 0
            ? 'made again: the same clip, to the last bit'
            : `made again: the largest difference is ${maxDifference.toPrecision(2)}`;
      show(clip, words);
    } catch (error) {
      note.textContent = error instanceof Refusal ? error.message : String(error);
    } finally {
      again.disabled = false;
    }
  });

  return {
    box,
    canvas,
    get clip() {
      return placed?.clip ?? null;
    },
    async newest(label) {
      try {
        entries = await listClips(origin, label);
      } catch {
        return;
      }
      const first = entries[0];
      if (!first)
        show(null, origin === 'real' ? 'There is no real clip of this class.' : 'None was generated of this class yet.');
      else if (first.id !== placed?.clip.id) await open(first.id);
    },
    draw(time, camera, palette) {
      const context = canvas.getContext('2d')!;
      const scale = Math.min(2, devicePixelRatio || 1);
      const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      if (!placed) return context.clearRect(0, 0, width, height);
      const { fps, shape } = placed.clip;
      drawSkeleton(context, placed, frameAt(time, fps, shape.T), layout, camera, palette);
    },
  };
}
