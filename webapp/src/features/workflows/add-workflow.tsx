// The button that adds a workflow from its document.

import { FileUp } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/profile";
import type { Workflow } from "@/api/types";
import { Button } from "@/components/button";
import { ImportDialog } from "@/components/import-dialog";
import { t } from "@/lib/i18n";
import { useCreateWorkflow } from "./api/create-workflow";

const EXAMPLE = `lathe: 1
name: hello
nodes:
  - id: greet
    kind: script.run
    with: { script: '"Hello"' }
edges: []`;

export function AddWorkflow({ onAdded }: { onAdded: (workflow: Workflow) => void }) {
  const [open, setOpen] = useState(false);
  const [source, setSource] = useState("");
  const create = useCreateWorkflow();
  if (!useMay("workflows:write")) return null;
  return (
    <>
      <Button
        onClick={() => {
          create.reset();
          setOpen(true);
        }}
      >
        <FileUp aria-hidden />
        <span className="max-md:sr-only">{t("Add workflow")}</span>
      </Button>
      {open && (
        <ImportDialog
          title={t("Add a workflow")}
          hint={t(
            "Paste its document, as YAML or JSON, or choose the file; examples/hello/hello.yaml is a good first one.",
          )}
          placeholder={EXAMPLE}
          source={source}
          onSource={setSource}
          busy={create.isPending}
          failure={create.error}
          onSubmit={() => create.mutate(source, { onSuccess: onAdded })}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
