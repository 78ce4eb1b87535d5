import type { NERoomMember } from "parlor-web";

/** One picture on the stage. */
export interface Tile {
  /** `camera:uuid` or `screen:uuid`: it stays the same while people come and go. */
  key: string;
  member: NERoomMember;
  source: "camera" | "screen";
  isLocal: boolean;
}

/** Everything that could be shown, screens first, then those with a camera on, oneself before the others. */
export function tilesOf(members: readonly NERoomMember[], ownUuid: string): Tile[] {
  const screens = members.filter(({ isSharingScreen, uuid }) => isSharingScreen && uuid !== ownUuid);
  const seen = members.filter(({ role }) => !role.hide);
  return [
    ...screens.map((member) => tile(member, "screen", ownUuid)),
    ...seen.map((member) => tile(member, "camera", ownUuid)),
  ];
}

function tile(member: NERoomMember, source: Tile["source"], ownUuid: string): Tile {
  return { key: `${source}:${member.uuid}`, member, source, isLocal: member.uuid === ownUuid };
}

/** The one that stands large, if one does: what was pinned, a screen, or in the speaker's look who speaks. */
export function focusOf(
  tiles: readonly Tile[],
  pinned: string,
  look: "grid" | "speaker",
  speaker: string,
): Tile | null {
  const named = tiles.find(({ key }) => key === pinned);
  if (named) return named;
  const screen = tiles.find(({ source }) => source === "screen");
  if (screen || look === "grid") return screen ?? null;
  const speaks = tiles.find(({ member, isLocal }) => member.uuid === speaker && !isLocal);
  return speaks ?? tiles.find(({ isLocal }) => !isLocal) ?? tiles[0] ?? null;
}

/** The focused tile first, the others in their order. */
export function withFocus(tiles: readonly Tile[], focus: Tile | null): Tile[] {
  return focus ? [focus, ...tiles.filter(({ key }) => key !== focus.key)] : [...tiles];
}
