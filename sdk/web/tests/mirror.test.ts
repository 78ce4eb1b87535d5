import { create, equals } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { type change, RoomMirror } from "../src/core/mirror.js";
import {
  CursorSchema,
  RoomBanKind,
  type RoomEvent,
  RoomEventSchema,
  RoomHeadSchema,
  RoomMemberSchema,
  RoomStream,
} from "../src/gen/room_pb.js";

type Body = Parameters<typeof change>[0];

function member(userUuid: string, rtcUid: bigint) {
  return create(RoomMemberSchema, { userUuid, userName: userUuid, role: "member", endpoints: [{ rtcUid }] });
}

function mirror(): RoomMirror {
  const head = create(RoomHeadSchema, { archiveId: 7n, roomUuid: "r", properties: [{ key: "b", value: "1" }] });
  return new RoomMirror(head, [member("bob", 2n), member("ann", 1n)], create(CursorSchema, { epoch: 1n, seq: 4n }));
}

function event(seq: bigint, body: Body): RoomEvent {
  return create(RoomEventSchema, { seq, body });
}

/** The same contents, the place in the stream apart. */
function same(a: RoomMirror, b: RoomMirror): boolean {
  const members = a.members.length === b.members.length;
  const each = a.members.every((m, i) => b.members[i] !== undefined && equals(RoomMemberSchema, m, b.members[i]));
  return members && each && equals(RoomHeadSchema, a.head, b.head) && a.ended === b.ended;
}

const HISTORY: Body[] = [
  { case: "memberJoined", value: { member: member("cid", 3n) } },
  { case: "endpointJoined", value: { userUuid: "ann", endpoint: { rtcUid: 9n, deviceId: "phone" } } },
  { case: "streamChanged", value: { userUuid: "ann", rtcUid: 9n, stream: RoomStream.AUDIO, on: true } },
  { case: "rolesChanged", value: { changes: [{ userUuid: "bob", oldRole: "member", newRole: "host" }] } },
  { case: "memberPropertiesChanged", value: { userUuid: "ann", properties: { hand: "up", seat: "2" } } },
  { case: "memberPropertiesDeleted", value: { userUuid: "ann", keys: ["seat", "none"] } },
  { case: "propertiesChanged", value: { properties: [{ key: "a", value: "0", associatedUserUuid: "ann" }] } },
  { case: "propertiesDeleted", value: { keys: ["b"] } },
  { case: "banChanged", value: { userUuid: "ann", kind: RoomBanKind.CHAT, banned: true, untilMs: 50n } },
  { case: "banChanged", value: { kind: RoomBanKind.AUDIO, banned: true } },
  { case: "lockChanged", value: { locked: true } },
  { case: "nameChanged", value: { roomName: "Tea" } },
  { case: "chatPresenceChanged", value: { userUuid: "bob", rtcUid: 2n, present: true } },
  { case: "memberLeft", value: { userUuid: "cid", reason: "LEAVE_BY_SELF" } },
  { case: "endpointLeft", value: { userUuid: "ann", rtcUid: 1n, reason: "LEAVE_BY_SELF" } },
];

describe("the mirror", () => {
  it("takes only the event that follows", () => {
    const now = mirror();
    expect(now.apply(event(6n, { case: "lockChanged", value: { locked: true } }))).toBeNull();
    expect(now.head.locked).toBe(false);
    expect(now.apply(event(5n, { case: "lockChanged", value: { locked: true } }))).not.toBeNull();
    expect(now.head.locked).toBe(true);
    expect(now.at.seq).toBe(5n);
  });

  it("counts an event that is not for this receiver", () => {
    const now = mirror();
    expect(now.apply(create(RoomEventSchema, { seq: 5n }))).toEqual({ gone: [], deleted: {} });
    expect(now.at.seq).toBe(5n);
  });

  it("says what an event took away", () => {
    const now = mirror();
    const left = now.apply(event(5n, { case: "memberLeft", value: { userUuid: "bob" } }));
    expect(left?.gone.map(({ userUuid }) => userUuid)).toEqual(["bob"]);
    const deleted = now.apply(event(6n, { case: "propertiesDeleted", value: { keys: ["b", "none"] } }));
    expect(deleted?.deleted).toEqual({ b: "1" });
    const ended = now.apply(event(7n, { case: "ended", value: { reason: "CLOSE_BY_MEMBER" } }));
    expect(ended?.gone.length).toBe(1);
    expect(now.ended).toBe("CLOSE_BY_MEMBER");
    expect(now.members).toEqual([]);
  });

  it("leaves a member that somebody holds as it was", () => {
    const now = mirror();
    const held = now.member("ann");
    now.apply(event(5n, { case: "memberNameChanged", value: { userUuid: "ann", userName: "Anna" } }));
    expect(held?.userName).toBe("ann");
    expect(now.member("ann")?.userName).toBe("Anna");
  });

  it("has one form for what is not banned", () => {
    const now = mirror();
    const ban = { userUuid: "ann", kind: RoomBanKind.CHAT };
    now.apply(event(5n, { case: "banChanged", value: { ...ban, banned: true } }));
    expect(now.member("ann")?.bans?.chat?.banned).toBe(true);
    now.apply(event(6n, { case: "banChanged", value: { ...ban, banned: false } }));
    expect(now.member("ann")?.bans).toBeUndefined();
  });
});

describe("a difference", () => {
  it("between any two places of a history leads from the one to the other", () => {
    const states = [mirror()];
    HISTORY.forEach((body, index) => {
      const next = (states.at(-1) as RoomMirror).copy();
      expect(next.apply(event(BigInt(5 + index), body))).not.toBeNull();
      states.push(next);
    });
    for (const from of states) {
      for (const to of states) {
        const way = from.copy();
        for (const step of from.difference(to)) way.fold(step.body);
        expect(same(way, to)).toBe(true);
      }
    }
  });

  it("to the same state is nothing", () => {
    expect(mirror().difference(mirror())).toEqual([]);
  });

  it("to an ended room is its end", () => {
    const over = mirror();
    over.apply(event(5n, { case: "ended", value: { reason: "END_OF_LIFE" } }));
    const way = mirror().difference(over);
    expect(way.map(({ body }) => body.case)).toEqual(["ended"]);
  });
});
