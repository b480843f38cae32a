// One file on its way: how far it has come, or what became of it and what can be done about that.
import { ApiFailure } from "@/api/failure";
import { Button } from "@/components/button";
import { FailureText } from "@/components/failure-text";
import { formatBytes } from "@/lib/blob";
import { t } from "@/lib/i18n";
import type { UploadItem, Uploads } from "./uploads";

export function UploadRow({ item, uploads }: { item: UploadItem; uploads: Uploads }) {
  const { id, file, state } = item;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5 text-sm" data-upload={state.kind}>
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate font-medium">{file.name}</span>
        <span className="block text-xs text-muted">{formatBytes(file.size)}</span>
      </span>
      <Progress item={item} />
      {(state.kind === "waiting" || state.kind === "sending") && (
        <Button weight="quiet" onClick={() => uploads.cancel(id)}>
          {t("Cancel")}
          <span className="sr-only"> {file.name}</span>
        </Button>
      )}
      {state.kind === "refused" && isTaken(state.failure) && (
        <Button onClick={() => uploads.again(id, true)}>{t("Replace the file of this name")}</Button>
      )}
      {(state.kind === "cancelled" || (state.kind === "refused" && !isTaken(state.failure))) && (
        <Button onClick={() => uploads.again(id, false)}>{t("Send it again")}</Button>
      )}
    </li>
  );
}

function Progress({ item: { file, state } }: { item: UploadItem }) {
  switch (state.kind) {
    case "waiting":
      return <span className="text-muted">{t("Waits")}</span>;
    case "sending":
      return (
        <progress
          aria-label={t("How much of {{name}} is sent", { name: file.name })}
          max={1}
          value={state.sent}
          className="h-1.5 w-32 accent-accent"
        />
      );
    case "done":
      return <span className="text-ok">{t("Uploaded")}</span>;
    case "cancelled":
      return <span className="text-muted">{t("Cancelled")}</span>;
    case "too_large":
      return (
        <span role="alert" className="min-w-0 basis-full text-bad sm:basis-auto">
          {t("It was not sent: this server takes files of up to {{size}}.", {
            size: formatBytes(state.most),
          })}
        </span>
      );
    case "refused":
      return (
        <span role="alert" className="min-w-0 basis-full text-bad sm:basis-auto">
          <FailureText failure={state.failure} />
        </span>
      );
  }
}

function isTaken(failure: unknown): boolean {
  return failure instanceof ApiFailure && failure.status === 409;
}
