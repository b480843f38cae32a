// A look at a picture or a text. Pictures are put into the page itself: its policy lets it load them from nowhere else.
import { useQuery } from "@tanstack/react-query";
import type { StoredFile } from "@/api/types";
import { FailureNotice } from "@/components/failure-notice";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getContent } from "./api/get-content";
import { previewKind } from "./preview-kind";

export function Preview({ file }: { file: StoredFile }) {
  const kind = previewKind(file.media_type, file.size);
  const isEmpty = file.size === 0;
  const isShown = (kind === "picture" || kind === "text") && !isEmpty;
  const query = useQuery({
    queryKey: ["files", "preview", file.sha256, kind],
    enabled: isShown,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const content = await getContent(file.id, signal);
      return kind === "text" ? content.text() : asData(content, file.media_type);
    },
  });
  if (isEmpty) return <p className="text-sm text-muted">{t("The file is empty.")}</p>;
  if (kind === "large") return <p className="text-sm text-muted">{t("It is too large to be shown here.")}</p>;
  if (!isShown)
    return <p className="text-sm text-muted">{t("Files of this kind are not shown, only downloaded.")}</p>;
  if (query.isError) return <FailureNotice failure={query.error} title={t("The file could not be read")} />;
  if (query.data === undefined) return <SkeletonRows rows={4} label={t("Reading the file")} />;
  if (kind === "text")
    return (
      <textarea
        readOnly
        rows={16}
        spellCheck={false}
        aria-label={t("Content of {{name}}", { name: file.name })}
        value={query.data}
        className="thin-scroll w-full resize-y rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 whitespace-pre"
      />
    );
  return (
    <img
      src={query.data}
      alt={file.name}
      className="max-h-96 max-w-full rounded-md border border-line bg-sunken object-contain"
    />
  );
}

function asData(content: Blob, type: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("The picture could not be read."));
    reader.readAsDataURL(new Blob([content], { type }));
  });
}
