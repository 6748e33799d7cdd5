import type { StreamInfo } from '../../core/source.js';
import type { Expectation, WireError } from '../protocol/index.js';

/** What a stream has for each thing that a client may take for granted. */
function valuesOf({ layout, classes, batchShape: { V, C, M, T } }: StreamInfo): Record<keyof Expectation, string | number> {
  return { layout: layout.name, classes: classes.length, V, C, M, T };
}

/** What is said to a client that takes another stream for granted, or undefined where all is as it expects. */
export function checkExpectation(expect: Expectation | undefined, info: StreamInfo): WireError | undefined {
  const is = valuesOf(info);
  for (const field of Object.keys(is) as (keyof Expectation)[]) {
    const expected = expect?.[field];
    if (expected === undefined || expected === is[field]) continue;
    return {
      k: 'ERROR',
      code: 'config_mismatch',
      message: `the client expects ${field} ${expected}, the stream (${info.dataset} ${info.split}) has ${is[field]}`,
      field: `expect.${field}`,
      got: expected,
      retry: 'never',
      ref: 'HELLO',
    };
  }
  return undefined;
}
