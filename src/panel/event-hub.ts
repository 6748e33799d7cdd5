/** Pages that may listen at once. */
export const MAX_LISTENERS = 32;

/** Events that may wait for one page before it is cut off; its browser connects anew and loads the whole state. */
const MAX_WAITING = 64;

/** Sends events to all who listen (server-sent events, HTML standard section 9.2). */
export interface EventHub {
  readonly listeners: number;
  /** A new listener's body, beginning with the given event; undefined where there are too many. */
  open(event: string, data: unknown): ReadableStream<Uint8Array> | undefined;
  /** Sends to all. Whoever does not read is cut off. */
  send(event: string, data: unknown): void;
  close(): void;
}

const encoder = new TextEncoder();

/** One event as bytes. JSON has no line breaks, so it is one line. */
export function encodeEvent(event: string, data: unknown): Uint8Array {
  return encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** A hub that nobody listens to. */
export function createEventHub(): EventHub {
  const listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const cut = (listener: ReadableStreamDefaultController<Uint8Array>): void => {
    listeners.delete(listener);
    listener.close();
  };
  return {
    get listeners() {
      return listeners.size;
    },
    open(event, data) {
      if (listeners.size >= MAX_LISTENERS) return undefined;
      let own: ReadableStreamDefaultController<Uint8Array>;
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            own = controller;
            // A browser that lost the server asks again after so many ms.
            controller.enqueue(encoder.encode('retry: 1000\n\n'));
            controller.enqueue(encodeEvent(event, data));
            listeners.add(controller);
          },
          cancel: () => void listeners.delete(own),
        },
        new CountQueuingStrategy({ highWaterMark: MAX_WAITING }),
      );
    },
    send(event, data) {
      if (listeners.size === 0) return;
      const bytes = encodeEvent(event, data);
      for (const listener of listeners) {
        if ((listener.desiredSize ?? 0) <= 0) cut(listener);
        else listener.enqueue(bytes);
      }
    },
    close() {
      for (const listener of listeners) cut(listener);
    },
  };
}
