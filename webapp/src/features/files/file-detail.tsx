// A file: a look at it, its download, and how a workflow reads it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { formatBytes } from "@/lib/blob";
import { t } from "@/lib/i18n";
import { getFile } from "./api/get-file";
import { downloadFile } from "./download";
import { Preview } from "./preview";

export function FileDetail({ id }: { id: string }) {
  const query = useQuery(getFile(id));
  const download = useMutation({ mutationFn: downloadFile });
  // The page around this one says why there is none.
  if (query.isError && !query.data) return null;
  const file = query.data;
  return (
    <Section title={t("Content")}>
      {file ? (
        <div className="space-y-3">
          <Button weight="primary" disabled={download.isPending} onClick={() => download.mutate(file)}>
            <Download aria-hidden />
            {download.isPending
              ? t("Downloading…")
              : t("Download ({{size}})", { size: formatBytes(file.size) })}
          </Button>
          {download.isError && (
            <FailureNotice failure={download.error} title={t("The file was not downloaded")} />
          )}
          <Preview file={file} />
        </div>
      ) : (
        <SkeletonRows rows={4} label={t("Reading the file")} />
      )}
    </Section>
  );
}
