/** The engines there are, the best first: the order in which `auto` tries them, and in which one takes over from another. */
export const ENGINE_NAMES = ['onnx-cuda', 'tensorflow-gpu', 'onnx-webgpu', 'onnx-cpu', 'tensorflow-cpu', 'wasm', 'cpu'] as const;

/** Name of an engine: what `Engine.name` says. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Short names, each with the engines that it stands for: the first that works. */
export const ENGINE_ALIASES = {
  onnx: ['onnx-cpu'],
  tensorflow: ['tensorflow-gpu', 'tensorflow-cpu'],
} as const satisfies Record<string, readonly EngineName[]>;

/** What may be asked for, as in configuration: an engine, a short name, or `auto` for the first of all that works. */
export type EngineChoice = EngineName | keyof typeof ENGINE_ALIASES | 'auto';

/** Everything that may be asked for, in the order in which it is listed to people. */
export const ENGINE_CHOICES = ['auto', ...ENGINE_NAMES, 'onnx', 'tensorflow'] as const satisfies readonly EngineChoice[];

/** The engines that a choice stands for, in the order in which they are tried; undefined where there is no such choice. */
export function candidatesOf(choice: string): readonly EngineName[] | undefined {
  if (choice === 'auto') return ENGINE_NAMES;
  if (Object.hasOwn(ENGINE_ALIASES, choice)) return ENGINE_ALIASES[choice as keyof typeof ENGINE_ALIASES];
  return ENGINE_NAMES.some((name) => name === choice) ? [choice as EngineName] : undefined;
}
