// Deletes something past the trash. Where workflows use it, the server says which, and it takes the name, typed out.
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiFailure } from "@/api/failure";
import { Button } from "@/components/button";
import { HARMLESS } from "@/components/dialog-focus";
import { FailureNotice } from "@/components/failure-notice";
import { FailureText } from "@/components/failure-text";
import { TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import { type Named, useRemove } from "./api/remove";

interface RemoveForGoodProps {
  what: Named;
  id: string;
  name: string;
  etag: string | undefined;
  onCancel: () => void;
}

export function RemoveForGood({ what, id, name, etag, onCancel }: RemoveForGoodProps) {
  const navigate = useNavigate();
  const remove = useRemove(what, id);
  const refusal =
    remove.error instanceof ApiFailure && remove.error.code === "conflict" ? remove.error : undefined;
  const [typed, setTyped] = useState("");
  const onSuccess = () => void navigate(`/${what}`);
  if (refusal)
    return (
      <form
        aria-label={t("Delete it for good")}
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === name) remove.mutate({ forGood: true, force: true, etag }, { onSuccess });
        }}
      >
        <p role="alert" className="rounded-md border border-bad/30 bg-bad-soft p-3 text-sm">
          <FailureText failure={refusal} />
        </p>
        <TextField
          name="name"
          label={t("Type {{name}} to delete it all the same", { name })}
          help={t("All that uses it is without it from then on. Nothing brings it back.")}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" weight="primary" disabled={typed !== name}>
          {t("Delete it for good")}
        </Button>
      </form>
    );
  return (
    <div className="space-y-4 text-sm">
      <p>{t("Nothing is left of what it holds, and nothing brings it back.")}</p>
      {remove.isError && <FailureNotice failure={remove.error} title={t("It was not deleted")} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button {...HARMLESS} onClick={onCancel}>
          {t("Cancel")}
        </Button>
        <Button
          weight="primary"
          disabled={remove.isPending}
          onClick={() => remove.mutate({ forGood: true, etag }, { onSuccess })}
        >
          {remove.isPending ? t("Deleting…") : t("Delete it for good")}
        </Button>
      </div>
    </div>
  );
}
