import { byId } from '../by-id.js';
import { element } from '../element.js';
import type { LiveStream } from '../stream/live-stream.js';
import type { Stats } from '../stream/messages.js';
import { flowStages, type Stage } from './flow-stages.js';

interface StageView {
  readonly item: HTMLElement;
  show(stage: Stage): void;
}

function stageView(id: Stage['id']): StageView {
  const [name, rate, queue, waits, use] = ['name', 'rate', 'queue', 'waits', 'use'].map((kind) =>
    element('span', { class: kind }),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const level = element('i');
  use.append(level);
  const lines = [element('span', {}, name, rate), element('span', {}, queue, waits)];
  const item = element('li', { class: `stage ${id}` }, ...lines, use);
  return {
    item,
    show(stage) {
      name.textContent = stage.name;
      rate.textContent = stage.rate;
      queue.textContent = stage.queue;
      waits.textContent = stage.waits ?? '';
      item.classList.toggle('waiting', stage.waits?.startsWith('waits') ?? false);
      use.hidden = stage.use === null;
      level.style.width = `${100 * (stage.use ?? 0)}%`;
    },
  };
}

/** The strip of stages, anew at every second. */
export function bindFlowStrip(stream: LiveStream): void {
  const list = byId('flow-stages');
  const views = new Map<Stage['id'], StageView>();
  let before: Stats | undefined;
  let at = 0;
  stream.on(['state'], ({ stats }) => {
    before = stats;
    at = performance.now();
    views.clear();
    list.replaceChildren();
  });
  stream.on(['state', 'tick'], ({ stats, stall }) => {
    const now = performance.now();
    const stages = flowStages({ before: before ?? stats, now: stats, seconds: Math.max(0.2, (now - at) / 1000), stall });
    before = stats;
    at = now;
    list.classList.toggle('real-only', !stages.some(({ id }) => id === 'generator'));
    for (const stage of stages) {
      const known = views.get(stage.id) ?? stageView(stage.id);
      if (!views.has(stage.id)) list.append(known.item);
      views.set(stage.id, known);
      known.show(stage);
    }
  });
}
