// Which rows of a list are chosen; the last one touched is where a range begins. Pure.

export interface Selection {
  ids: ReadonlySet<string>;
  anchor: number | null;
}

export const NONE: Selection = { ids: new Set(), anchor: null };

export function toggle({ ids }: Selection, id: string, index: number): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: index };
}

/** Everything between the last row touched and this one becomes chosen. Rows that are not loaded have no id and stay out. */
export function extend(
  selection: Selection,
  index: number,
  idAt: (index: number) => string | undefined,
): Selection {
  const from = selection.anchor ?? index;
  const next = new Set(selection.ids);
  for (let each = Math.min(from, index); each <= Math.max(from, index); each += 1) {
    const id = idAt(each);
    if (id !== undefined) next.add(id);
  }
  return { ids: next, anchor: from };
}
