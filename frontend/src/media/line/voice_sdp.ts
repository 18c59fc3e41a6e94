/** What is asked of the other's voice: repairs within it, and silence that costs next to nothing. */

/**
 * Returns a description in which Opus is asked for with forward error correction and without sending silence.
 *
 * What a description says is what its author wants to receive (RFC 7587, section 7); it is taken as
 * the other's wish, so it changes what one's own browser sends.
 */
export function voicesFirst(sdp: string): string {
  const payloads = [...sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000\/2\s*$/gim)].map(([, payload]) => payload!);
  return payloads.reduce(withParameters, sdp);
}

const WANTED: Readonly<Record<string, string>> = { useinbandfec: "1", usedtx: "1" };

function withParameters(sdp: string, payload: string): string {
  const line = new RegExp(`^(a=fmtp:${payload} )([^\\r\\n]*)`, "m");
  const given = line.exec(sdp)?.[2] ?? "";
  const others = given.split(";").map((one) => one.trim()).filter((one) => one !== "" && !(one.split("=")[0]! in WANTED));
  const all = [...others, ...Object.entries(WANTED).map(([name, value]) => `${name}=${value}`)].join(";");
  if (line.test(sdp)) return sdp.replace(line, `$1${all}`);
  return sdp.replace(new RegExp(`^(a=rtpmap:${payload} opus[^\\r\\n]*)(\\r?\\n)`, "im"), `$1$2a=fmtp:${payload} ${all}$2`);
}
