/** How speech or music is encoded (RFC 7587 section 6.1). */
export interface SoundProfile {
  /** Bits per second. */
  readonly bitrate: number;
  readonly stereo: boolean;
  /** Nothing is sent while nobody speaks. */
  readonly dtx: boolean;
}

/**
 * The server's answer with what this device's encoder of sound is to do: a browser takes the parameters of its Opus encoder
 * from the other side's description. `profiles` are by the line's mid.
 */
export function tunedAnswer(sdp: string, profiles: readonly (readonly [mid: string, profile: SoundProfile])[]): string {
  const [session, ...sections] = sdp.split(/^(?=m=)/m);
  const tuned = sections.map((section) => {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    const profile = profiles.find(([of]) => of === mid)?.[1];
    return profile ? withProfile(section, profile) : section;
  });
  return [session, ...tuned].join("");
}

function withProfile(section: string, { bitrate, stereo, dtx }: SoundProfile): string {
  const type = /^a=rtpmap:(\d+) opus\/48000/im.exec(section)?.[1];
  if (type === undefined) return section;
  const wanted: Record<string, string> = {
    minptime: "10",
    useinbandfec: "1",
    usedtx: dtx ? "1" : "0",
    maxaveragebitrate: String(bitrate),
    stereo: stereo ? "1" : "0",
    "sprop-stereo": stereo ? "1" : "0",
  };
  const line = new RegExp(`^a=fmtp:${type} (.*?)(\\r?)$`, "m");
  const known = line.exec(section)?.[1] ?? "";
  for (const part of known.split(";")) {
    const [name, value] = part.trim().split("=", 2) as [string, string?];
    if (name && value !== undefined && !(name in wanted)) wanted[name] = value;
  }
  const text = `a=fmtp:${type} ${Object.entries(wanted)
    .map(([name, value]) => `${name}=${value}`)
    .join(";")}`;
  if (known) return section.replace(line, `${text}$2`);
  return section.replace(new RegExp(`^(a=rtpmap:${type} .*?)(\\r?)$`, "m"), `$1$2\n${text}$2`);
}
