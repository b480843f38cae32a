// Which files are shown: pictures and texts, as the server has found them to be in their bytes, and as long as they are small.

/** More than anybody reads on a screen, and quick to fetch. */
export const LARGEST_TEXT = 200_000;
export const LARGEST_PICTURE = 8_000_000;

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
const TEXTS =
  /^(text\/(plain|csv|markdown|x-[\w-]+|tab-separated-values)|application\/(json|yaml|x-ndjson|toml))$/;

export type PreviewKind = "picture" | "text" | "large" | "none";

export function previewKind(mediaType: string, size: number): PreviewKind {
  const type = mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
  const [kind, largest] = PICTURES.includes(type)
    ? (["picture", LARGEST_PICTURE] as const)
    : TEXTS.test(type)
      ? (["text", LARGEST_TEXT] as const)
      : (["none", 0] as const);
  return kind !== "none" && size > largest ? "large" : kind;
}
