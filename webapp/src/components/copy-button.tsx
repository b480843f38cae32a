// Puts a text on the clipboard, and says for a moment that it is there.

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";

const SAID_FOR_MS = 1_500;

interface CopyButtonProps {
  text: string;
  label: string;
  className?: string;
  onCopied?: () => void;
}

export function CopyButton({ text, label, className, onCopied }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      onCopied?.();
      setTimeout(() => setCopied(false), SAID_FOR_MS);
    } catch {
      setCopied(false);
    }
  };
  return (
    <Button weight="quiet" aria-label={label} className={className} onClick={copy}>
      {copied ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
      <span role="status" className="sr-only">
        {copied ? t("Copied") : ""}
      </span>
    </Button>
  );
}
