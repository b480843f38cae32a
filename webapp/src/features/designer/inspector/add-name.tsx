// A line in which a new name is typed and added: to a map, to the inputs.

import { Plus } from "lucide-react";
import { type InputHTMLAttributes, useState } from "react";
import { Button } from "@/components/button";
import { CONTROL } from "@/components/form";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";

interface AddNameProps extends InputHTMLAttributes<HTMLInputElement> {
  /** There already. */
  taken: readonly string[];
  onAdd: (name: string) => void;
}

export function AddName({ taken, onAdd, ...input }: AddNameProps) {
  const [name, setName] = useState("");
  const add = () => {
    const wanted = name.trim();
    if (wanted === "" || taken.includes(wanted)) return;
    onAdd(wanted);
    setName("");
  };
  return (
    <div className="flex gap-1.5">
      <input
        {...input}
        type="text"
        placeholder={t("name")}
        autoComplete="off"
        className={cn(CONTROL, "font-mono text-sm")}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add();
        }}
      />
      <Button onClick={add} disabled={name.trim() === ""}>
        <Plus aria-hidden />
        {t("Add")}
      </Button>
    </div>
  );
}
