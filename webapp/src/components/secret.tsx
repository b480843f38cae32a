// Something that is handed over elsewhere, with a button that copies it. Where the clipboard is out of reach, it can be selected.
import { useState } from "react";
import { midSentence, t } from "@/lib/i18n";
import { useShownOnce, useUnsaved } from "@/lib/unsaved";
import { CopyButton } from "./copy-button";

interface SecretProps {
  value: string;
  label: string;
  /** Nobody shows it again: who leaves without a copy of it is asked. */
  once?: boolean;
  onCopied?: () => void;
}

export function Secret({ value, label, once = false, onCopied }: SecretProps) {
  const [copied, setCopied] = useState<string>();
  const tell = () => {
    setCopied(value);
    onCopied?.();
  };
  useUnsaved(true);
  useShownOnce(once && copied !== value);
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-sunken p-1">
      <textarea
        aria-label={label}
        readOnly
        rows={Math.max(value.split("\n").length, Math.ceil(value.length / 60))}
        spellCheck={false}
        value={value}
        onCopy={tell}
        onFocus={(event) => event.currentTarget.select()}
        className="thin-scroll min-w-0 flex-1 resize-none [field-sizing:content] rounded-sm px-1.5 py-1 font-mono text-xs leading-5 break-all"
      />
      <CopyButton
        text={value}
        label={t("Copy {{label}}", { label: midSentence(label) })}
        className="px-1.5"
        onCopied={tell}
      />
    </div>
  );
}
