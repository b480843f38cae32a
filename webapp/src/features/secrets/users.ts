// What is without something, workflows and applications, as the header `Lathe-Used-By` names them: ten at most, and how many more.

export interface Users {
  names: string[];
  more: number;
}

export function readUsers(header: string | null): Users {
  const text = header?.trim() ?? "";
  if (text === "") return { names: [], more: 0 };
  const [, listed = text, more] = /^(.*?)(?: and (\d+) more)?$/.exec(text) ?? [];
  return { names: listed.split(", "), more: Number(more ?? 0) };
}
