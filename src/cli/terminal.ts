import type { TextSink } from './io.js';

/** Lines and one status line that stays last, on one stream. */
export interface Terminal {
  /** True where a status line can be redrawn in place. */
  readonly isTty: boolean;
  line(text: string): void;
  /** Redraws the status line, cut to the width (80 where that is unknown); null removes it. Does nothing where `isTty` is false. */
  status(text: string | null): void;
}

/** Clears the line that the cursor is in and goes to its start. */
const CLEAR_LINE = '\x1b[2K\r';
// biome-ignore lint/suspicious/noControlCharactersInRegex: colour sequences start with the escape character.
const COLOUR = /(\x1b\[[0-9;]*m)/g;

/** Cuts a text to a number of visible characters; colour sequences take no room, and colours end at the cut. */
export function cutToWidth(text: string, width: number): string {
  if (text.replaceAll(COLOUR, '').length <= width) return text;
  let shown = 0;
  let out = '';
  for (const part of text.split(COLOUR)) {
    if (part.startsWith('\x1b[')) out += part;
    else {
      out += part.slice(0, Math.max(0, width - shown));
      shown += part.length;
    }
  }
  return `${out}\x1b[0m`;
}

export function createTerminal(sink: TextSink): Terminal {
  const isTty = sink.isTTY === true;
  let current: string | null = null;
  return {
    isTty,
    line(text) {
      if (current === null) sink.write(`${text}\n`);
      else sink.write(`${CLEAR_LINE}${text}\n${current}`);
    },
    status(text) {
      if (!isTty || (text === null && current === null)) return;
      current = text === null ? null : cutToWidth(text, (sink.columns || 80) - 1);
      sink.write(`${CLEAR_LINE}${current ?? ''}`);
    },
  };
}
