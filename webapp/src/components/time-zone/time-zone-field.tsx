// A time zone by its IANA name, found by typing a part of it.
import { useId } from "react";
import { TextField } from "@/components/form";
import { t } from "@/lib/i18n";

interface TimeZoneFieldProps {
  name: string;
  label: string;
  help: string;
  defaultValue: string;
}

export function TimeZoneField({ name, label, help, defaultValue }: TimeZoneFieldProps) {
  const id = useId();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <TextField
        name={name}
        label={label}
        help={
          here && here !== defaultValue
            ? `${help} ${t("This browser is in {{zone}}.", { zone: here })}`
            : help
        }
        defaultValue={defaultValue}
        list={id}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <datalist id={id}>
        {["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
