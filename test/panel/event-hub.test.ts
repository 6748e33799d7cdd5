import { describe, expect, it } from 'vitest';
import { createEventHub, encodeEvent, MAX_LISTENERS } from '../../src/panel/event-hub.js';

describe('an event hub', () => {
  it('writes an event as two lines and an empty one', () => {
    expect(new TextDecoder().decode(encodeEvent('mark', { text: 'a\nb' }))).toBe('event: mark\ndata: {"text":"a\\nb"}\n\n');
  });

  it('takes so many listeners and no more, and forgets who left', async () => {
    const hub = createEventHub();
    const bodies = Array.from({ length: MAX_LISTENERS }, () => hub.open('state', 1)!);
    expect(hub.open('state', 1)).toBeUndefined();
    await bodies[0]!.cancel();
    expect(hub.listeners).toBe(MAX_LISTENERS - 1);
    expect(hub.open('state', 1)).toBeDefined();
    hub.close();
    expect(hub.listeners).toBe(0);
  });

  it('cuts off who does not read, and goes on for the others', async () => {
    const hub = createEventHub();
    const deaf = hub.open('state', 0)!;
    const reader = hub.open('state', 0)!.getReader();
    const read: string[] = [];
    const reading = (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read())
        read.push(new TextDecoder().decode(part.value));
    })();
    for (let k = 0; k < 200; k++) {
      hub.send('tick', k);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(hub.listeners).toBe(1);
    hub.close();
    await reading;
    expect(read.at(-1)).toContain('data: 199');
    await deaf.cancel();
  });
});
