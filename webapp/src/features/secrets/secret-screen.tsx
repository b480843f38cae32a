// The inside of /secrets/new and /secrets/:id/edit.
import { MayOnly } from "@/components/may-only";
import { EditSecret } from "./edit-secret";
import { CreateSecret } from "./secret-form";

export function SecretScreen({ id }: { id?: string }) {
  return (
    <MayOnly takes={["secrets:write"]}>
      {id === undefined ? <CreateSecret /> : <EditSecret key={id} id={id} />}
    </MayOnly>
  );
}
