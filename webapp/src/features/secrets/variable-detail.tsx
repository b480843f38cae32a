// How workflows read a variable, and how it is taken out of use.
import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/api/profile";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getVariable } from "./api/get-variable";
import { References } from "./references";
import { RemovalSection } from "./removal-section";
import { UsesSection } from "./uses-section";

export function VariableDetail({ id }: { id: string }) {
  const query = useQuery(getVariable(id));
  const mayWrite = useMay("variables:write");
  // The page around this one says why there is none.
  if (query.isError && !query.data) return null;
  if (!query.data) return <SkeletonRows rows={2} label={t("Reading the variable")} />;
  const { name } = query.data;
  return (
    <div className="space-y-4">
      <Section
        title={t("As workflows write it")}
        description={t("A run keeps the value that there was when it was accepted.")}
      >
        <References references={[`\${ vars.${name} }`]} />
      </Section>
      <UsesSection what="variables" id={id} />
      {mayWrite && <RemovalSection what="variables" id={id} name={name} etag={undefined} />}
    </div>
  );
}
