/**
 * The element of index.html with an id.
 * @throws Error where it is missing or of another kind: page and markup do not belong together
 */
export function byId<E extends HTMLElement = HTMLElement>(
  id: string,
  kind: new () => E = HTMLElement as unknown as new () => E,
): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return found;
}
