// Takes a document as text, pasted or from a file, and shows what the server says about it line by line.

import { FileUp } from "lucide-react";
import { type ReactNode, useId, useRef } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { FailureNotice } from "./failure-notice";
import { useHeld } from "./use-held";

interface ImportDialogProps {
  title: string;
  hint: ReactNode;
  placeholder: string;
  /** A document to begin with. */
  example?: () => Promise<string>;
  /** Kept by whoever opens the dialog: an Escape too many loses nothing that was typed. */
  source: string;
  onSource: (source: string) => void;
  busy: boolean;
  failure: unknown;
  onSubmit: () => void;
  onClose: () => void;
}

export function ImportDialog(props: ImportDialogProps) {
  const { source, onSource: setSource } = props;
  const latest = useRef(source);
  latest.current = source;
  const takeExample = async () => {
    const text = await props.example?.();
    // What was typed while it was loaded stays.
    if (text !== undefined && latest.current.trim() === "") setSource(text);
    document.getElementById(id)?.focus();
  };
  const file = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  useHeld(form, props.busy);
  const id = useId();
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        ref={form}
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (source.trim() !== "" && !props.busy) props.onSubmit();
        }}
      >
        <p className="text-sm text-muted">{props.hint}</p>
        <label htmlFor={id} className="sr-only">
          {t("Document")}
        </label>
        <textarea
          id={id}
          rows={14}
          spellCheck={false}
          value={source}
          placeholder={props.placeholder}
          onChange={(event) => setSource(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
              event.currentTarget.form?.requestSubmit();
          }}
          onDragOver={(event) => {
            if (event.dataTransfer.types.includes("Files")) event.preventDefault();
          }}
          onDrop={(event) => {
            const [dropped] = event.dataTransfer.files;
            if (!dropped) return;
            event.preventDefault();
            void dropped.text().then(setSource);
          }}
          className="w-full resize-y rounded-md border border-line-strong bg-sunken p-2.5 font-mono text-xs leading-5 whitespace-pre placeholder:text-muted"
        />
        {props.failure !== null && <FailureNotice failure={props.failure} title={t("It was not added")} />}
        <div className="flex flex-wrap gap-2">
          <input
            ref={file}
            type="file"
            accept=".yaml,.yml,.json"
            hidden
            onChange={async (event) => {
              const chosen = event.target.files?.[0];
              if (chosen) setSource(await chosen.text());
            }}
          />
          <Button onClick={() => file.current?.click()}>
            <FileUp aria-hidden />
            {t("Choose a file")}
          </Button>
          {props.example && source.trim() === "" && (
            <Button weight="quiet" onClick={() => void takeExample()}>
              {t("Take the example")}
            </Button>
          )}
          <Button
            type="submit"
            weight="primary"
            className="ml-auto"
            disabled={props.busy || source.trim() === ""}
          >
            {props.busy ? t("Adding…") : t("Add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
