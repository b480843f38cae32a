// Deletes something past the trash. Where workflows use it, the server says which, and it takes the name, typed out.
import { useNavigate } from "react-router";
import { ApiFailure } from "@/api/failure";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Form, SubmitButton, TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import { type Named, useRemove } from "./api/remove";

interface RemoveForGoodProps {
  what: Named;
  id: string;
  name: string;
}

export function RemoveForGood({ what, id, name }: RemoveForGoodProps) {
  const navigate = useNavigate();
  const remove = useRemove(what, id);
  const isUsed = remove.error instanceof ApiFailure && remove.error.code === "conflict";
  const onSuccess = () => void navigate(`/${what}`);
  if (isUsed && !remove.isPending)
    return (
      <Form
        label={t("Delete it for good")}
        fields={[]}
        failure={null}
        busy={false}
        onSubmit={({ name: typed }) =>
          typed === name && remove.mutate({ forGood: true, force: true }, { onSuccess })
        }
      >
        <p
          role="alert"
          className="rounded-md border border-bad/30 bg-bad-soft p-3 text-sm first-letter:uppercase"
        >
          {remove.error.message}
        </p>
        <TextField
          name="name"
          label={t("Type {{name}} to delete it all the same", { name })}
          help={t("These workflows fail from then on. Nothing brings it back.")}
          pattern={name.replace(/[^\w]/g, "\\$&")}
          required
          autoComplete="off"
          spellCheck={false}
        />
        <SubmitButton busy={t("Deleting…")}>{t("Delete it for good")}</SubmitButton>
      </Form>
    );
  return (
    <div className="space-y-4 text-sm">
      <p>{t("Nothing is left of what it holds, and nothing brings it back.")}</p>
      {remove.isError && !isUsed && <FailureNotice failure={remove.error} title={t("It was not deleted")} />}
      <Button
        weight="primary"
        disabled={remove.isPending}
        onClick={() => remove.mutate({ forGood: true }, { onSuccess })}
      >
        {remove.isPending ? t("Deleting…") : t("Delete it for good")}
      </Button>
    </div>
  );
}
