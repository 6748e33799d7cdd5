/** Names for classes of which only the number is known: `class 0`, `class 1` ... */
export function numberedClasses(count: number): string[] {
  return Array.from({ length: count }, (_, label) => `class ${label}`);
}
