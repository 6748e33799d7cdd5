/** Attributes of a new element; undefined leaves one out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A new element with attributes and children; texts are only ever texts, so nothing that a server says becomes markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}
