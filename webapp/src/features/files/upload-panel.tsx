// Takes files, chosen or dropped, and shows each on its way.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CloudUpload } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useMay } from "@/api/profile";
import { getStatus } from "@/api/status";
import { Button } from "@/components/button";
import { formatBytes } from "@/lib/blob";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { recordsKey } from "@/records";
import { uploadFile } from "./api/upload-file";
import { UploadRow } from "./upload-row";
import { Uploads } from "./uploads";

let refresh = () => {};

/** The page's one list: who goes to another screen meanwhile finds it again, and what is on its way goes on. */
const uploads = new Uploads(uploadFile, () => refresh());

const warn = (event: BeforeUnloadEvent) => event.preventDefault();

// The browser asks before a page is closed that is still sending something.
uploads.subscribe(() => {
  if (uploads.isBusy) window.addEventListener("beforeunload", warn);
  else window.removeEventListener("beforeunload", warn);
});

export function UploadPanel() {
  const queries = useQueryClient();
  useEffect(() => {
    refresh = () => void queries.invalidateQueries({ queryKey: recordsKey("files") });
  }, [queries]);
  const most = useQuery(getStatus).data?.max_upload;
  useEffect(() => {
    uploads.most = most;
  }, [most]);
  const items = useSyncExternalStore(uploads.subscribe, uploads.read);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  if (!useMay("files:write")) return null;
  const ended = items.filter(({ state }) => state.kind !== "waiting" && state.kind !== "sending").length;
  return (
    <section
      aria-label={t("Upload files")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        uploads.add(event.dataTransfer.files);
      }}
      className={cn(
        "mx-4 mt-3 rounded-lg border border-dashed border-line-strong px-3 py-2 md:mx-5",
        over && "border-accent bg-accent-soft",
      )}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-muted">
        <CloudUpload aria-hidden className="size-5 shrink-0" />
        <span className="min-w-0 flex-1 basis-40">
          {t("Drop files here, or choose them. Several at once are all right.")}{" "}
          {most !== undefined && t("Each may have up to {{size}}.", { size: formatBytes(most) })}
        </span>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t("Files to upload")}
          onChange={(event) => {
            uploads.add(event.target.files ?? []);
            event.target.value = "";
          }}
        />
        <Button onClick={() => input.current?.click()}>{t("Choose files")}</Button>
      </div>
      {items.length > 0 && (
        <>
          <ul
            aria-label={t("Uploads")}
            className="thin-scroll mt-2 max-h-56 divide-y divide-line overflow-y-auto"
          >
            {items.map((item) => (
              <UploadRow key={item.id} item={item} uploads={uploads} />
            ))}
          </ul>
          {ended > 0 && (
            <Button weight="quiet" className="mt-1" onClick={() => uploads.clear()}>
              {t("Clear what has ended")}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
