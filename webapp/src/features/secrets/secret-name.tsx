// What a secret is called, with how workflows then write it.
import { TextField } from "@/components/form";
import { t } from "@/lib/i18n";

interface SecretNameProps {
  value: string;
  onChange: (name: string) => void;
}

export function SecretName({ value, onChange }: SecretNameProps) {
  return (
    <TextField
      name="name"
      label={t("Name")}
      help={t("Workflows write {{reference}}.", { reference: `\${ secrets.${value.trim() || "…"} }` })}
      value={value}
      maxLength={63}
      required
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
