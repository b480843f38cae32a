// Brings lists together that are each in order.

/** The newest of all lists. Ids are ordered by time. */
export function newest<Item extends { id: string }>(
  lists: readonly (readonly Item[])[],
  most: number,
): Item[] {
  return lists
    .flat()
    .sort((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, most);
}
