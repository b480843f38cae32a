// Asks before what can't be taken back, and does it then.
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { HARMLESS } from "@/components/dialog-focus";
import { useHost } from "./host";

interface Asked {
  /** What becomes of it, as a question. */
  question: string;
  /** What is done: "Delete". */
  label: string;
  onSure: () => void;
}

/** `question` has to be drawn somewhere; there is nothing of it until something was asked. */
export function useSure(): { ask: (asked: Asked) => void; question: ReactNode } {
  const { words } = useHost();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const question = asked && (
    <Dialog title={asked.label} onClose={close}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          close();
          asked.onSure();
        }}
      >
        <p className="text-sm break-words">{asked.question}</p>
        <div className="flex flex-wrap justify-end gap-2">
          {/* Where cancelling is what is asked about, two buttons would say the same. */}
          <Button {...HARMLESS} onClick={close}>
            {asked.label === words.cancel ? words.back : words.cancel}
          </Button>
          <Button type="submit" weight="primary">
            {asked.label}
          </Button>
        </div>
      </form>
    </Dialog>
  );
  return { ask: setAsked, question };
}
