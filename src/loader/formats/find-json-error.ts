const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
/** A string as far as it is good; a good one ends with the closing mark. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids control characters in strings.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*("?)/y;

/**
 * Place in a text at which it stops being JSON (RFC 8259), its length where it ends too early. For texts that `JSON.parse`
 * refused: the place is not always in its message. Linear in the text, without recursion.
 */
export function findJsonError(text: string): number {
  let at = 0;
  const eat = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const isString = (): boolean => eat(STRING)?.[1] === '"';
  const key = (): boolean => {
    eat(SPACE);
    if (!isString()) return false;
    eat(SPACE);
    if (text[at] !== ':') return false;
    at++;
    return true;
  };
  const open: string[] = [];
  for (;;) {
    eat(SPACE);
    const begin = text[at];
    if (begin === '[' || begin === '{') {
      at++;
      eat(SPACE);
      if (text[at] !== (begin === '[' ? ']' : '}')) {
        open.push(begin);
        if (begin === '{' && !key()) return at;
        continue;
      }
      at++;
    } else if (begin === '"' ? !isString() : !(eat(WORD) ?? eat(NUMBER))) return at;
    // A value has ended: close what ends with it, or go on to the next one.
    for (;;) {
      eat(SPACE);
      const inside = open.at(-1);
      if (inside === undefined) return at;
      if (text[at] === ',') {
        at++;
        if (inside === '{' && !key()) return at;
        break;
      }
      if (text[at] !== (inside === '[' ? ']' : '}')) return at;
      at++;
      open.pop();
    }
  }
}
