/** What a role of the built-in meeting may do. The server decides; this only spares people buttons that would fail. */
export interface Powers {
  endRoom: boolean;
  lock: boolean;
  changeRoles: boolean;
  handOver: boolean;
  /** To the member in question: mute, stop, forbid, rename, remove. */
  moderate: boolean;
}

const NONE: Powers = { endRoom: false, lock: false, changeRoles: false, handOver: false, moderate: false };

/** Of somebody in role `mine`, towards a member in role `theirs`. */
export function powersOf(mine: string, theirs = "member"): Powers {
  if (mine === "host") return { endRoom: true, lock: true, changeRoles: true, handOver: true, moderate: true };
  if (mine === "cohost") return { ...NONE, lock: true, moderate: theirs === "member" || theirs === "observer" };
  return NONE;
}

const RANK = ["host", "cohost", "member", "observer"];

/** Order in lists: oneself, then by role, then by name. */
export function inOrder<M extends { uuid: string; name: string; role: { name: string } }>(
  members: readonly M[],
  ownUuid: string,
): M[] {
  const rank = ({ role }: M) => (RANK.indexOf(role.name) + RANK.length + 1) % (RANK.length + 1);
  const own = ({ uuid }: M) => (uuid === ownUuid ? 0 : 1);
  return [...members].sort((a, b) => own(a) - own(b) || rank(a) - rank(b) || a.name.localeCompare(b.name));
}
