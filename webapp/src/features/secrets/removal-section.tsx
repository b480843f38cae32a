// Takes something out of use that workflows name: into the trash, with a way back, or for good. Who is without it is said.
import { Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { useRestore } from "@/api/restore";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { type Named, useRemove } from "./api/remove";
import { RemoveForGood } from "./remove-for-good";
import type { Users } from "./users";

interface RemovalSectionProps {
  what: Named;
  id: string;
  name: string;
  /** Of what is on screen. */
  etag: string | undefined;
}

export function RemovalSection({ what, id, name, etag }: RemovalSectionProps) {
  const remove = useRemove(what, id);
  const restore = useRestore(what === "secrets" ? "secret" : "variable", id);
  const [forGood, setForGood] = useState(false);
  const inTrash = remove.isSuccess && !restore.isSuccess;
  const bringBack = () => restore.mutate(undefined, { onSuccess: () => remove.reset() });
  return (
    <Section
      title={t("Take it out of use")}
      description={t("Its name is free then. It can be brought back from the trash for a while.")}
    >
      {inTrash && <WithoutIt name={name} users={remove.data} />}
      <div className="flex flex-wrap gap-2">
        {inTrash ? (
          <Button weight="primary" disabled={restore.isPending} onClick={bringBack}>
            <Undo2 aria-hidden />
            {t("Bring it back")}
          </Button>
        ) : (
          <Button
            disabled={remove.isPending}
            onClick={() => {
              restore.reset();
              remove.mutate({ etag });
            }}
          >
            <Trash2 aria-hidden />
            {remove.isPending ? t("Looking who uses it…") : t("Move it to the trash")}
          </Button>
        )}
        <Button weight="quiet" className="text-bad" onClick={() => setForGood(true)}>
          {t("Delete it for good…")}
        </Button>
      </div>
      {remove.isError && <FailureNotice failure={remove.error} title={t("It was not taken out of use")} />}
      {restore.isError && <FailureNotice failure={restore.error} title={t("It was not brought back")} />}
      {forGood && (
        <Dialog title={t("Delete {{name}} for good", { name })} onClose={() => setForGood(false)}>
          <RemoveForGood
            what={what}
            id={id}
            name={name}
            // What lies in the trash has another mark than what is on screen.
            etag={inTrash ? undefined : etag}
            onCancel={() => setForGood(false)}
          />
        </Dialog>
      )}
    </Section>
  );
}

function WithoutIt({ name, users }: { name: string; users: Users | undefined }) {
  const { names = [], more = 0 } = users ?? {};
  return (
    <div role="status" className="space-y-1.5 rounded-md border border-warn/40 bg-warn-soft p-3 text-sm">
      <p className="font-medium">{t("{{name}} is in the trash.", { name })}</p>
      {names.length === 0 ? (
        <p>{t("Nothing uses it.")}</p>
      ) : (
        <>
          <p>{t("This uses it and is without it from now on:")}</p>
          <ul aria-label={t("What is without it")} className="list-disc pl-5">
            {names.map((each) => (
              <li key={each} className="font-mono text-xs">
                {each}
              </li>
            ))}
          </ul>
          {more > 0 && <p>{t("and {{count}} more users", { count: more })}</p>}
        </>
      )}
    </div>
  );
}
