import { type NERoomMember, NetworkStatus } from "parlor-web";
import { describe, expect, it } from "vitest";
import { hueOf, initialsOf } from "../src/base/avatar.js";
import { nextIndex } from "../src/base/roving.js";
import { wavOf } from "../src/device/chime.js";
import { barsOf } from "../src/meeting/call.js";
import { deedOf, KEYS } from "../src/meeting/shortcuts.js";
import { focusOf, tilesOf, withFocus } from "../src/meeting/tiles.js";
import { inOrder, powersOf } from "../src/people/powers.js";

const press = (key: string, more = {}) => deedOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe("shortcuts", () => {
  it("are one key each, and no key twice", () => {
    const keys = Object.values(KEYS);
    expect(new Set(keys).size).toBe(keys.length);
    expect(press("m")).toBe("mic");
    expect(press("M")).toBe("mic");
    expect(press("?")).toBe("help");
    expect(press(" ")).toBe("talk");
    expect(press("x")).toBe(null);
  });

  it("leave fields, browsers and buttons what is theirs", () => {
    expect(press("m", { target: { tagName: "TEXTAREA" } })).toBe(null);
    expect(press("m", { target: { tagName: "DIV", isContentEditable: true } })).toBe(null);
    expect(press("m", { ctrlKey: true })).toBe(null);
    expect(press("m", { isComposing: true })).toBe(null);
    expect(press(" ", { target: { tagName: "BUTTON" } })).toBe(null);
    expect(press("m", { target: { tagName: "BUTTON" } })).toBe("mic");
    expect(press("m", { target: { tagName: "BUTTON", closest: () => ({}) } })).toBe(null);
  });
});

const member = (uuid: string, more = {}) =>
  ({ uuid, name: uuid, role: { name: "member" }, isSharingScreen: false, ...more }) as unknown as NERoomMember;

describe("the stage", () => {
  const people = [member("me"), member("ann", { isSharingScreen: true }), member("bob")];

  it("shows screens of others first, and not one's own", () => {
    expect(tilesOf(people, "me").map(({ key }) => key)).toEqual([
      "screen:ann",
      "camera:me",
      "camera:ann",
      "camera:bob",
    ]);
    expect(tilesOf(people, "ann").map(({ key }) => key)).toEqual(["camera:me", "camera:ann", "camera:bob"]);
  });

  it("gives the large place to what is pinned, then to a screen, then to who speaks", () => {
    const tiles = tilesOf(people, "me");
    expect(focusOf(tiles, "camera:bob", "grid", "")?.key).toBe("camera:bob");
    expect(focusOf(tiles, "camera:gone", "grid", "bob")?.key).toBe("screen:ann");
    const faces = tiles.slice(1);
    expect(focusOf(faces, "", "grid", "bob")).toBe(null);
    expect(focusOf(faces, "", "speaker", "bob")?.key).toBe("camera:bob");
    expect(focusOf(faces, "", "speaker", "me")?.key).toBe("camera:ann");
    expect(withFocus(faces, faces[2] ?? null).map(({ key }) => key)).toEqual(["camera:bob", "camera:me", "camera:ann"]);
  });
});

describe("roles", () => {
  it("have the powers of the built-in meeting", () => {
    expect(powersOf("host", "cohost")).toMatchObject({ endRoom: true, moderate: true, changeRoles: true });
    expect(powersOf("cohost", "member")).toMatchObject({ lock: true, moderate: true, changeRoles: false });
    expect(powersOf("cohost", "host").moderate).toBe(false);
    expect(Object.values(powersOf("member")).some(Boolean)).toBe(false);
  });

  it("stand in their order, oneself first", () => {
    const all = [
      member("zoe"),
      member("bob", { role: { name: "odd" } }),
      member("eve", { role: { name: "host" } }),
      member("me"),
    ];
    expect(inOrder(all, "me").map(({ uuid }) => uuid)).toEqual(["me", "eve", "zoe", "bob"]);
  });
});

describe("small things", () => {
  it("make letters of names", () => {
    expect(["Ann Lee", "ann", "王小明", "", "a.b-c"].map(initialsOf)).toEqual(["AL", "A", "小明", "?", "AC"]);
    expect(hueOf("ann")).toBe(hueOf("ann"));
  });

  it("count bars by the published states", () => {
    const { EXCELLENT, GOOD, POOR, BAD, DOWN, UNKNOWN } = NetworkStatus;
    expect([EXCELLENT, GOOD, POOR, BAD, DOWN, UNKNOWN].map(barsOf)).toEqual([4, 3, 2, 1, 1, 0]);
  });

  it("move the focus around", () => {
    expect(nextIndex("ArrowDown", 2, 3)).toBe(0);
    expect(nextIndex("ArrowUp", -1, 3)).toBe(2);
    expect(nextIndex("End", 0, 3)).toBe(2);
    expect(nextIndex("a", 0, 3)).toBe(null);
  });

  it("write a WAV file", () => {
    const file = new Uint8Array(wavOf(new Int16Array([1, -1])));
    expect(file.length).toBe(48);
    expect(new TextDecoder().decode(file.slice(0, 4))).toBe("RIFF");
  });
});
