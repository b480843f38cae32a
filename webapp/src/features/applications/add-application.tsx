// The button that adds an application from its document.

import { FileUp } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { ImportDialog } from "@/components/import-dialog";
import { t } from "@/lib/i18n";
import { useCreateApplication } from "./api/create-application";

const EXAMPLE = `name: library
label: Library
models:
  - name: books
    label: Books
    fields:
      - { name: title, type: text, required: true }`;

interface AddApplicationProps {
  onAdded: (id: string) => void;
}

export function AddApplication({ onAdded }: AddApplicationProps) {
  const [open, setOpen] = useState(false);
  const [source, setSource] = useState("");
  const create = useCreateApplication();
  if (!useMay("applications:write")) return null;
  return (
    <>
      <Button
        onClick={() => {
          create.reset();
          setOpen(true);
        }}
      >
        <FileUp aria-hidden />
        <span className="max-md:sr-only">{t("Add application")}</span>
      </Button>
      {open && (
        <ImportDialog
          title={t("Add an application")}
          hint={t(
            "Paste its document, as YAML or JSON, or choose the file. The example is a bookshop with six models.",
          )}
          placeholder={EXAMPLE}
          example={async () => (await import("@examples/bookshop/bookshop.yaml?raw")).default}
          source={source}
          onSource={setSource}
          busy={create.isPending}
          failure={create.error}
          onSubmit={() => create.mutate(source, { onSuccess: ({ id }) => onAdded(id) })}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
