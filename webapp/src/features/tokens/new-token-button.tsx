// The button in the head of the list of tokens. A token is shown once, so it is made in a dialog that stays until then.

import { Plus } from "lucide-react";
import { useState } from "react";
import { useProfile } from "@/api/auth-context";
import { Button } from "@/components/button";
import { t } from "@/lib/i18n";
import { NewToken } from "./new-token";

export function NewTokenButton() {
  const profile = useProfile();
  const [open, setOpen] = useState(false);
  if (!profile) return null;
  return (
    <>
      <Button weight="primary" onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        <span className="max-md:sr-only">{t("New token")}</span>
      </Button>
      {open && <NewToken profile={profile} onDone={() => setOpen(false)} />}
    </>
  );
}
