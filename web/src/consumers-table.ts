import { byId } from './by-id.js';
import { element } from './element.js';
import { shortSpan } from './format.js';
import type { LiveState, LiveStream } from './stream/live-stream.js';
import type { PanelSession } from './stream/messages.js';

const COLUMNS = ['name', 'role', 'client', 'since', 'credit', 'in hand', 'done', 'state'] as const;

function cellsOf(session: PanelSession, now: number): string[] {
  const { name, mode, client, lang, connectedAtMs, credit, leases, batchesSent, silent } = session;
  const takesBatches = mode !== 'control';
  const figure = (value: number): string => (takesBatches ? value.toLocaleString('en') : '');
  const state = silent ? 'silent' : !takesBatches ? 'controls' : credit === 0 ? 'busy' : 'waits';
  return [
    name,
    mode,
    client === name ? lang : `${client} (${lang})`,
    shortSpan(now - connectedAtMs),
    figure(credit),
    figure(leases),
    figure(batchesSent - leases),
    state,
  ];
}

/** Who is connected: credit, batches in hand (sent and not acknowledged), batches done (acknowledged). */
export function bindConsumersTable(stream: LiveStream): void {
  const box = byId('consumers-table');
  stream.on(['state', 'tick'], ({ sessions, endpoints }: LiveState) => {
    if (sessions.length === 0) {
      const code = element('code', {}, `skelmix.connect("${endpoints[0] ?? ''}")`);
      box.replaceChildren(element('p', { class: 'quiet' }, 'Nobody is connected. In Python: ', code));
      return;
    }
    const now = Date.now();
    const head = element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, name)));
    const rows = sessions.map((session) => element('tr', {}, ...cellsOf(session, now).map((text) => element('td', {}, text))));
    box.replaceChildren(element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)));
  });
}
