import { byId } from './by-id.js';
import { element } from './element.js';
import { clockTime } from './format.js';
import type { LiveState, LiveStream } from './stream/live-stream.js';

/** The last 100 warnings and errors, the newest first. */
export function bindLogList(stream: LiveStream): void {
  const list = byId('log-list');
  stream.on(['state', 'log'], ({ log }: LiveState) => {
    const items = [...log]
      .reverse()
      .map(({ t, level, code, message }) =>
        element(
          'li',
          { class: level },
          element('time', {}, clockTime(t)),
          element('b', {}, level === 'warn' ? 'warning' : 'error'),
          ...(code ? [element('code', {}, code)] : []),
          element('span', {}, message),
        ),
      );
    list.replaceChildren(...(items.length > 0 ? items : [element('li', { class: 'quiet' }, 'None since the start.')]));
  });
}
