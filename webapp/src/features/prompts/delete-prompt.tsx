// Before a prompt is deleted: who finds nothing any more, and that it can be brought back.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiFailure } from "@/api/failure";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { HARMLESS } from "@/components/dialog-focus";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";
import { deletePrompt } from "./api/delete-prompt";
import { openPrompt } from "./api/open-prompt";
import { type PromptStore, usePrompt } from "./store";

interface DeletePromptProps {
  store: PromptStore;
  promptId: string;
  onDeleted: () => void;
  onClose: () => void;
}

export function DeletePrompt({ store, promptId, onDeleted, onClose }: DeletePromptProps) {
  const queries = useQueryClient();
  const name = usePrompt(store, (each) => each.base.draft.name);
  const labels = usePrompt(store, (each) => each.present.labels);
  const remove = useMutation({
    mutationFn: async () => {
      try {
        await deletePrompt(promptId, store.present.etag);
      } catch (cause) {
        if (cause instanceof ApiFailure && cause.status === 412) store.seen(await openPrompt(promptId));
        throw cause;
      }
    },
    onSuccess: () => {
      store.discard();
      queries.invalidateQueries({ queryKey: ["records"] });
      onDeleted();
    },
  });
  const asked = Object.keys(labels).sort().join(", ");
  return (
    <Dialog title={t("Delete {{name}}?", { name })} onClose={onClose}>
      <div className="space-y-4 text-sm">
        <p>
          {asked === ""
            ? t("Programs that ask for it find nothing then.")
            : t("Programs that ask for it find nothing then, also by its labels: {{labels}}.", {
                labels: asked,
              })}
        </p>
        <p>
          {t("It goes into the trash, from where it can be brought back with all its versions and labels.")}
        </p>
        {remove.isError && <FailureNotice failure={remove.error} title={t("It was not deleted")} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button {...HARMLESS} onClick={onClose}>
            {t("Cancel")}
          </Button>
          <Button weight="primary" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {remove.isPending ? t("Deleting…") : t("Delete")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
