/** What single keys do in a meeting. */
export type Deed =
  | "mic"
  | "camera"
  | "share"
  | "chat"
  | "members"
  | "layout"
  | "fullscreen"
  | "help"
  | "talk"
  | "leave";

/** Keys by deed, as they are shown. */
export const KEYS: Readonly<Record<Deed, string>> = {
  mic: "M",
  camera: "V",
  share: "S",
  chat: "C",
  members: "P",
  layout: "L",
  fullscreen: "F",
  help: "?",
  talk: " ",
  leave: "Q",
};

/** What of a keyboard event counts. */
export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing?: boolean;
  target?: unknown;
}

/** The deed of a key press; null for one that belongs to a field, a button, a menu or the browser. */
export function deedOf(press: Press): Deed | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return null;
  const where = kindOf(press.target);
  if (where === "text") return null;
  const key = press.key.length === 1 ? press.key.toUpperCase() : press.key;
  const found = (Object.keys(KEYS) as Deed[]).find((deed) => KEYS[deed] === key) ?? null;
  // A button in focus is pressed by the space bar.
  return found === "talk" && where === "pressed" ? null : found;
}

function kindOf(target: unknown): "text" | "pressed" | "other" {
  const element = target as { tagName?: string; isContentEditable?: boolean; closest?: (of: string) => unknown } | null;
  const tag = element?.tagName?.toUpperCase() ?? "";
  if (["INPUT", "TEXTAREA", "SELECT"].includes(tag) || element?.isContentEditable) return "text";
  if (element?.closest?.("dialog, [role=menu]")) return "text";
  return ["BUTTON", "A", "SUMMARY"].includes(tag) ? "pressed" : "other";
}

const SETTING = "parlor-shortcuts";

export function shortcutsOn(): boolean {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true;
  }
}

export function switchShortcuts(on: boolean): void {
  try {
    localStorage.setItem(SETTING, on ? "on" : "off");
  } catch {
    // A page without storage has them on.
  }
}
