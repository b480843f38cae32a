// A release is called like its application, with its number behind: under which name it is live follows from that.
export function applicationOf(release: string): string {
  return release.replace(/ \d+$/, "");
}
