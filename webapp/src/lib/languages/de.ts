// All of German: what each folder has in its de.json, in one piece that is loaded when somebody reads German.
import sentences from "../../server/sentences.de.json";

export { sentences };

const texts = import.meta.glob<Record<string, string>>("../../**/de.json", {
  eager: true,
  import: "default",
});

export default Object.assign({}, ...Object.values(texts)) as Record<string, string>;
