import { describe, expect, it } from "vitest";
import { invitationOf, pathOf, roomLink, roomMeant, routeOf, shownRoom } from "../src/route.js";
import { withRoom } from "../src/session/kept.js";

describe("routes", () => {
  it("are read from addresses", () => {
    expect(routeOf("/")).toEqual({ page: "lobby" });
    expect(routeOf("/meet/123456789")).toEqual({ page: "room", room: "123456789" });
    expect(routeOf("/login", "?room=tea")).toEqual({ page: "login", room: "tea" });
    for (const path of ["/meet", "/meet/a/b", "/meet/%2e%2e%2f", "/meet/%zz", "/other"]) {
      expect(routeOf(path), path).toEqual({ page: "missing" });
    }
  });

  it("come back from their own addresses", () => {
    for (const room of ["tea", "a-b_c.d"])
      expect(routeOf(pathOf({ page: "room", room }))).toEqual({ page: "room", room });
  });
});

describe("what somebody means by a room", () => {
  it("is a number, a name or a link", () => {
    expect(roomMeant(" 123 456-789 ")).toBe("123456789");
    expect(roomMeant("tea-room")).toBe("tea-room");
    expect(roomMeant(roomLink("https://example.com", "tea", "key"))).toBe("tea");
    expect(roomMeant("example.com/meet/tea?app=k#x")).toBe(null);
    for (const wrong of ["", "tea room", "https://example.com/", "https://example.com/other/tea"]) {
      expect(roomMeant(wrong), wrong).toBe(null);
    }
  });

  it("is shown in groups when it is a number", () => {
    expect(shownRoom("123456789")).toBe("123 456 789");
    expect(shownRoom("tea")).toBe("tea");
  });
});

describe("a login in a link", () => {
  it("is read when it is whole", () => {
    const found = invitationOf("#login?app=k&user=ann&token=t%2B1&im=a&imToken=i&name=Ann");
    expect(found).toEqual({ appKey: "k", userUuid: "ann", userToken: "t+1", accid: "a", imToken: "i", name: "Ann" });
    expect(invitationOf("#login?app=k&user=ann")).toBe(null);
    expect(invitationOf("#other")).toBe(null);
  });
});

describe("recent rooms", () => {
  const room = (name: string, host = "") => ({ room: name, name, appKey: "k", host, atMs: 1 });

  it("are each there once, the last first, and remember who made them", () => {
    const rooms = withRoom([room("a", "ann"), room("b")], room("a"));
    expect(rooms.map(({ room: name, host }) => [name, host])).toEqual([
      ["a", "ann"],
      ["b", ""],
    ]);
  });

  it("are few", () => {
    let rooms = [room("first")];
    for (let at = 0; at < 20; at += 1) rooms = withRoom(rooms, room(String(at)));
    expect(rooms.length).toBe(8);
    expect(rooms[0]?.room).toBe("19");
  });
});
