// The colours of an enumeration's values: what most words mean is known; colour alone never tells two apart, the word does.

const OK = "bg-ok-soft text-ok";
const BAD = "bg-bad-soft text-bad";
const WARN = "bg-warn-soft text-warn";
const ACTIVE = "bg-accent-soft text-accent";
const PLAIN = "bg-line/60 text-ink";

const KNOWN: Record<string, string> = {
  ...of(
    OK,
    "succeeded success ok done live active healthy paid published enabled verified complete completed accepted on",
  ),
  ...of(BAD, "failed failure error timed_out rejected dead unhealthy crashed broken refused held"),
  ...of(
    WARN,
    "cancelled canceled paused waiting pending stopped expired disabled suspended blocked warning archived",
  ),
  ...of(
    ACTIVE,
    "running queued open starting building deploying generating in_progress shipped cleaning_up new",
  ),
};

function of(tone: string, words: string): Record<string, string> {
  return Object.fromEntries(words.split(" ").map((word) => [word, tone]));
}

export function toneOf(value: string): string {
  return KNOWN[value.toLowerCase()] ?? PLAIN;
}
