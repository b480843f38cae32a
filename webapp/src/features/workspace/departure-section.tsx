// The ends of a workspace: leaving it, or deleting it for all.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Membership } from "@/api/types";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm/confirm-dialog";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { useDeleteWorkspace } from "./api/delete-workspace";
import { getWorkspace } from "./api/get-workspace";
import { useLeaveWorkspace } from "./api/leave-workspace";

interface DepartureSectionProps {
  workspace: Membership;
  /** The one that goes with one's account. */
  isHome: boolean;
  mayDelete: boolean;
  /** It is gone for the reader. */
  onGone: () => void;
}

export function DepartureSection({ workspace, isHome, mayDelete, onGone }: DepartureSectionProps) {
  const [open, setOpen] = useState<"leave" | "delete">();
  const leave = useLeaveWorkspace(workspace.id);
  const remove = useDeleteWorkspace(workspace.id);
  const etag = useQuery(getWorkspace(workspace.id)).data?.etag;
  const close = () => setOpen(undefined);
  const { name } = workspace;
  if (isHome)
    return (
      <Section title={t("Leave or delete")}>
        <p className="text-sm text-muted">
          {t(
            "This is your own workspace: it stays as long as your account, and can be neither left nor deleted.",
          )}
        </p>
      </Section>
    );
  return (
    <Section
      title={t("Leave or delete")}
      description={t(
        "To hand the workspace over, give another member the role of an owner, then leave. The last owner can't leave.",
      )}
    >
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={() => {
            leave.reset();
            setOpen("leave");
          }}
        >
          {t("Leave the workspace")}
        </Button>
        {mayDelete && (
          <Button
            onClick={() => {
              remove.reset();
              setOpen("delete");
            }}
          >
            {t("Delete the workspace")}
          </Button>
        )}
      </div>
      {open === "leave" && (
        <ConfirmDialog
          title={t("Leave {{name}}?", { name })}
          confirm={t("Leave the workspace")}
          busy={leave.isPending || leave.isSuccess}
          failure={leave.error}
          failureTitle={t("You still belong to it")}
          onConfirm={() => leave.mutate(undefined, { onSuccess: onGone })}
          onClose={close}
        >
          <p>{t("You see nothing of it any more until somebody invites you again. What you made stays.")}</p>
        </ConfirmDialog>
      )}
      {open === "delete" && (
        <ConfirmDialog
          title={t("Delete {{name}}?", { name })}
          confirm={t("Delete the workspace")}
          name={name}
          busy={remove.isPending || remove.isSuccess}
          failure={remove.error}
          failureTitle={t("The workspace stays")}
          onConfirm={() => remove.mutate(etag, { onSuccess: onGone })}
          onClose={close}
        >
          <p>
            {t(
              "Nobody belongs to it any more, its API tokens end, what runs in it is cancelled, and its schedules and webhooks begin nothing.",
            )}
          </p>
          <p>
            {t(
              "Whoever owned it can bring it back from these settings, for as long as the server keeps what was deleted.",
            )}
          </p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
