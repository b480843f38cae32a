// The title of a record that another refers to, by its id; the short id holds the place until it is known.
import { useQuery } from "@tanstack/react-query";
import { useHost, useOpen } from "./host";
import { type Model, modelOf } from "./manifest";
import { titleQuery } from "./queries";
import { shortId } from "./titles";

export function useTitle(model: Model | undefined, id: string): string {
  const { client, manifest } = useHost();
  // The hook needs some model in any case; without the right one nothing is asked.
  const any = model ?? manifest.models[0];
  const query = useQuery({ ...titleQuery(client, any as Model, id), enabled: model !== undefined });
  return query.data ?? shortId(id);
}

export function RelatedTitle({ target, id }: { target: string; id: string }) {
  const { manifest } = useHost();
  return <>{useTitle(modelOf(manifest, target), id)}</>;
}

export function RelatedLink({ target, id }: { target: string; id: string }) {
  const { Link } = useHost();
  const open = useOpen();
  return (
    <Link to={open(target, id)} className="text-accent hover:underline">
      <RelatedTitle target={target} id={id} />
    </Link>
  );
}
