// Looks like a link to the bytes of a large value, and fetches them in the name of who is logged in.

import { useMutation } from "@tanstack/react-query";
import { downloadBlob } from "@/api/download-blob";
import { type BlobReference, formatBytes } from "@/lib/blob";
import { t } from "@/lib/i18n";
import { FailureText } from "./failure-text";

export function DownloadButton({ blob }: { blob: BlobReference }) {
  const download = useMutation({ mutationFn: () => downloadBlob(blob) });
  return (
    <>
      <button
        type="button"
        disabled={download.isPending}
        onClick={() => download.mutate()}
        className="text-accent underline underline-offset-2"
      >
        {download.isPending
          ? t("{{size}}, downloading…", { size: formatBytes(blob.size) })
          : t("{{size}}, download", { size: formatBytes(blob.size) })}
        <span className="sr-only"> ({blob.type})</span>
      </button>
      {download.isError && (
        <span role="alert" className="ml-2 text-bad">
          <FailureText failure={download.error} />
        </span>
      )}
    </>
  );
}
