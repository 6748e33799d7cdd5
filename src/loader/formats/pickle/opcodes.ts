import { buildArray, buildType, type PickledGlobal, type PickledType } from './numpy-globals.js';
import { MAX_TEXT_BYTES, type PickleCursor } from './pickle-cursor.js';
import type { PickleMachine } from './pickle-machine.js';
import type { PickledArray } from './pickled-array.js';
import { type BytesEncoding, decodeText, PickledBytes } from './pickled-bytes.js';

/** Carries out one instruction; its arguments follow at the cursor. */
export type Instruction = (machine: PickleMachine, cursor: PickleCursor) => void;

/** The text that follows; a long one stays in the file. */
function text(cursor: PickleCursor, length: number, encoding: 'utf8' | 'latin1'): string | PickledBytes {
  if (length > MAX_TEXT_BYTES) return new PickledBytes(cursor.skip(length), length, encoding === 'utf8' ? 'utf8' : 'raw');
  return cursor.take(length).toString(encoding);
}

function textLine(cursor: PickleCursor, encoding: Exclude<BytesEncoding, 'raw' | 'utf8'>): string | PickledBytes {
  let { start, length } = cursor.line();
  if (encoding === 'literal') {
    const quote = length > 0 ? cursor.source.read(start, 1)[0] : undefined;
    const good = length >= 2 && (quote === 0x22 || quote === 0x27) && cursor.source.read(start + length - 1, 1)[0] === quote;
    if (!good) cursor.unsupported('expected a text in quotation marks; the pickle is damaged');
    start++;
    length -= 2;
  }
  if (length > MAX_TEXT_BYTES) return new PickledBytes(start, length, encoding);
  return decodeText(Buffer.from(cursor.source.read(start, length)), encoding);
}

function whole(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function numberLine(cursor: PickleCursor): number | bigint | boolean {
  const words = cursor.shortLine();
  if (words === '00' || words === '01') return words === '01';
  const digits = words.replace(/L$/, '');
  if (!/^-?\d{1,40}$/.test(digits))
    return cursor.unsupported(`expected a whole number, got ${JSON.stringify(words.slice(0, 30))}`);
  return whole(BigInt(digits));
}

function long(cursor: PickleCursor, length: number): number | bigint {
  if (length > 16) return cursor.unsupported(`expected a whole number of at most 16 bytes, got ${length}`);
  let value = 0n;
  for (const byte of cursor.take(length).reverse()) value = (value << 8n) | BigInt(byte);
  return whole(length > 0 ? BigInt.asIntN(length * 8, value) : 0n);
}

function floatLine(cursor: PickleCursor): number {
  const words = cursor.shortLine();
  if (/^-?(nan|inf)$/.test(words))
    return words.endsWith('nan') ? Number.NaN : words.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = words === '' ? Number.NaN : Number(words);
  return Number.isNaN(value) ? cursor.unsupported(`expected a number, got ${JSON.stringify(words.slice(0, 30))}`) : value;
}

function listOf(value: unknown, cursor: PickleCursor): unknown[] {
  return Array.isArray(value) && !Object.isFrozen(value) ? value : cursor.unsupported('expected a list to append to');
}

function store(dict: unknown, pairs: readonly unknown[], cursor: PickleCursor): void {
  if (!(dict instanceof Map)) cursor.unsupported('expected a dict to store in');
  if (pairs.length % 2 !== 0) cursor.unsupported('expected keys and values in pairs');
  for (let i = 0; i < pairs.length; i += 2) dict.set(hashable(pairs[i], cursor), pairs[i + 1]);
}

function hashable(key: unknown, cursor: PickleCursor): unknown {
  if (typeof key === 'object' && key !== null) return cursor.unsupported('expected a text or number as a key');
  return key;
}

function reduce(machine: PickleMachine, cursor: PickleCursor): void {
  const args = machine.pop();
  const callee = machine.pop() as PickledGlobal | null;
  if (typeof callee !== 'object' || callee?.kind !== 'global' || !callee.call || !Array.isArray(args))
    cursor.unsupported('expected a function of NumPy arrays and its arguments');
  machine.push(callee.call(args, cursor));
}

function build(machine: PickleMachine, cursor: PickleCursor): void {
  const state = machine.pop();
  const target = machine.top as PickledArray | PickledType | null;
  if (typeof target === 'object' && target?.kind === 'array') buildArray(target, state, cursor);
  else if (typeof target === 'object' && target?.kind === 'type') buildType(target, state, cursor);
  else cursor.unsupported('expected a NumPy array or type to build');
}

const refused =
  (what: string): Instruction =>
  (_, cursor) =>
    cursor.unsupported(`the pickle holds ${what}, which is not read: store it again as lists, dicts and arrays`);

const tuple = (values: unknown[]): readonly unknown[] => Object.freeze(values);
const bytes = (cursor: PickleCursor, length: number) => new PickledBytes(cursor.skip(length), length, 'raw');
const uint32 = (cursor: PickleCursor): number => cursor.take(4).readUInt32LE();

/** By code; a hole is no instruction of pickle protocols 0 to 5. Names and meanings: CPython's `Lib/pickletools.py`. */
export const OPCODES: readonly (Instruction | undefined)[] = Object.entries({
  '(': (m) => m.mark(),
  '.': (m) => {
    m.stopped = true;
  },
  '0': (m) => void (m.atMark ? m.popMark() : m.pop()),
  '1': (m) => void m.popMark(),
  '2': (m) => m.push(m.top),
  F: (m, c) => m.push(floatLine(c)),
  G: (m, c) => m.push(c.take(8).readDoubleBE()),
  I: (m, c) => m.push(numberLine(c)),
  J: (m, c) => m.push(c.take(4).readInt32LE()),
  K: (m, c) => m.push(c.uint8()),
  L: (m, c) => m.push(numberLine(c)),
  M: (m, c) => m.push(c.take(2).readUInt16LE()),
  N: (m) => m.push(null),
  P: refused('a reference to something outside'),
  Q: refused('a reference to something outside'),
  R: reduce,
  S: (m, c) => m.push(textLine(c, 'literal')),
  T: (m, c) => m.push(text(c, uint32(c), 'latin1')),
  U: (m, c) => m.push(text(c, c.uint8(), 'latin1')),
  V: (m, c) => m.push(textLine(c, 'raw-unicode-escape')),
  X: (m, c) => m.push(text(c, uint32(c), 'utf8')),
  a: (m, c) => {
    const value = m.pop();
    listOf(m.top, c).push(value);
  },
  b: build,
  c: (m, c) => m.global(c.shortLine(), c.shortLine()),
  d: (m, c) => {
    const dict = new Map();
    store(dict, m.popMark(), c);
    m.push(dict);
  },
  '}': (m) => m.push(new Map()),
  e: (m, c) => {
    const values = m.popMark();
    const list = listOf(m.top, c);
    for (const value of values) list.push(value);
  },
  g: (m, c) => m.get(Number(numberLine(c))),
  h: (m, c) => m.get(c.uint8()),
  i: refused('an object of a class'),
  j: (m, c) => m.get(uint32(c)),
  l: (m) => m.push(m.popMark()),
  ']': (m) => m.push([]),
  o: refused('an object of a class'),
  p: (m, c) => m.put(Number(numberLine(c))),
  q: (m, c) => m.put(c.uint8()),
  r: (m, c) => m.put(uint32(c)),
  s: (m, c) => {
    const value = m.pop();
    const key = m.pop();
    store(m.top, [key, value], c);
  },
  t: (m) => m.push(tuple(m.popMark())),
  ')': (m) => m.push(tuple([])),
  u: (m, c) => {
    const pairs = m.popMark();
    store(m.top, pairs, c);
  },
  B: (m, c) => m.push(bytes(c, uint32(c))),
  C: (m, c) => m.push(bytes(c, c.uint8())),
  '\x80': (_, c) => {
    const protocol = c.uint8();
    if (protocol > 5) c.unsupported(`expected a pickle of protocol 0 to 5, got ${protocol}`);
  },
  '\x81': refused('an object of a class'),
  '\x82': refused('an object of a class'),
  '\x83': refused('an object of a class'),
  '\x84': refused('an object of a class'),
  '\x85': (m) => m.push(tuple([m.pop()])),
  '\x86': (m) => m.push(tuple([m.pop(), m.pop()].reverse())),
  '\x87': (m) => m.push(tuple([m.pop(), m.pop(), m.pop()].reverse())),
  '\x88': (m) => m.push(true),
  '\x89': (m) => m.push(false),
  '\x8a': (m, c) => m.push(long(c, c.uint8())),
  '\x8b': (m, c) => m.push(long(c, uint32(c))),
  '\x8c': (m, c) => m.push(text(c, c.uint8(), 'utf8')),
  '\x8d': (m, c) => m.push(text(c, c.uint64(), 'utf8')),
  '\x8e': (m, c) => m.push(bytes(c, c.uint64())),
  '\x8f': (m) => m.push(new Set()),
  '\x90': (m, c) => {
    const values = m.popMark();
    const set = m.top;
    if (!(set instanceof Set)) return c.unsupported('expected a set to add to');
    for (const value of values) set.add(hashable(value, c));
  },
  '\x91': (m, c) => m.push(new Set(m.popMark().map((value) => hashable(value, c)))),
  '\x92': refused('an object of a class'),
  '\x93': (m) => {
    const name = m.pop();
    m.global(m.pop(), name);
  },
  '\x94': (m) => m.memoize(),
  '\x95': (_, c) => void c.take(8),
  '\x96': (m, c) => m.push(bytes(c, c.uint64())),
  '\x97': refused('arrays that are stored outside of it'),
  '\x98': refused('arrays that are stored outside of it'),
} satisfies Record<string, Instruction>).reduce<(Instruction | undefined)[]>((table, [letter, run]) => {
  table[letter.charCodeAt(0)] = run;
  return table;
}, new Array<Instruction | undefined>(256).fill(undefined));
