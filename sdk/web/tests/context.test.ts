import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { JoinedRoom } from "../src/core/joined.js";
import {
  CursorSchema,
  type RoomEvent,
  RoomEventSchema,
  RoomHeadSchema,
  RoomJoinSchema,
  RoomStream,
  RoomViewSchema,
} from "../src/gen/room_pb.js";
import { RoomContext } from "../src/neroom/context.js";
import type { NERoomListener, NERoomMember } from "../src/neroom/published/index.js";
import type { Driver } from "../src/shell/driver.js";

type Body = RoomEvent["body"];

/** A room with ann (this page) in it, and what its listener hears. */
function scene() {
  const template = { roles: [{ name: "member" }, { name: "observer", hide: true }] };
  const view = create(RoomViewSchema, {
    head: create(RoomHeadSchema, { archiveId: 7n, roomUuid: "r", template }),
    at: create(CursorSchema, { epoch: 1n, seq: 0n }),
    members: [{ userUuid: "ann", userName: "Ann", role: "member", endpoints: [{ rtcUid: 1n }] }],
    userUuid: "ann",
    rtcUid: 1n,
  });
  const room = new JoinedRoom(create(RoomJoinSchema, { roomUuid: "r" }), view as never);
  const context = new RoomContext({} as Driver, room);
  const heard: unknown[][] = [];
  const told = (...event: unknown[]) => heard.push(event);
  const uuids = (members: (string | NERoomMember)[]) =>
    members.map((member) => (typeof member === "string" ? member : member.uuid));
  const listener: NERoomListener = {
    onMemberJoinRoom: (members) => told("join", ...uuids(members)),
    onMemberLeaveRoom: (members) => told("leave", ...uuids(members)),
    onMemberAudioMuteChanged: (member, mute, by) => told("audio", member.uuid, mute, by?.uuid),
    onMemberScreenShareStateChanged: (member, on) => told("screen", member.uuid, on),
    onMemberStreamChanged: (member) => told("stream", member.uuid),
    onMemberConnectedDeviceListChanged: ({ uuid, connectedDeviceList }) =>
      told("devices", uuid, connectedDeviceList.length),
    onMemberJoinChatroom: (members) => told("in chat", ...uuids(members)),
    onMemberLeaveChatroom: (members) => told("out of chat", ...uuids(members)),
    onCaptionStateChanged: () => {},
  };
  context.addRoomListener(listener);
  /** One frame brings these: the mirror has them all before the first is told. */
  const happenAtOnce = (bodies: Body[], operateBy = "") => {
    const applied = bodies.map((body) => {
      const event = create(RoomEventSchema, { seq: room.mirror.at.seq + 1n, body, operateBy });
      const before = room.mirror.apply(event);
      if (!before) throw new Error("it does not follow");
      return { event, before };
    });
    for (const happened of applied) context.noticed({ type: "roomEvent", archiveId: 7n, ...happened } as never);
    return heard.splice(0);
  };
  const happens = (body: Body, operateBy = "") => happenAtOnce([body], operateBy);
  return { context, happens, happenAtOnce };
}

const joined = (userUuid: string, role: string, rtcUid: bigint): Body =>
  create(RoomEventSchema, {
    body: { case: "memberJoined", value: { member: { userUuid, role, endpoints: [{ rtcUid }] } } },
  }).body;
const stream = (userUuid: string, rtcUid: bigint, kind: RoomStream, on: boolean): Body =>
  create(RoomEventSchema, { body: { case: "streamChanged", value: { userUuid, rtcUid, stream: kind, on } } }).body;
const presence = (userUuid: string, rtcUid: bigint, present: boolean): Body =>
  create(RoomEventSchema, { body: { case: "chatPresenceChanged", value: { userUuid, rtcUid, present } } }).body;
const endpoint = (userUuid: string, rtcUid: bigint): Body =>
  create(RoomEventSchema, { body: { case: "endpointJoined", value: { userUuid, endpoint: { rtcUid } } } }).body;
const gone = (userUuid: string, rtcUid: bigint): Body =>
  create(RoomEventSchema, { body: { case: "endpointLeft", value: { userUuid, rtcUid } } }).body;
const left = (userUuid: string): Body =>
  create(RoomEventSchema, { body: { case: "memberLeft", value: { userUuid } } }).body;

describe("members of hidden roles", () => {
  it("are in no list, and come and go without a word", () => {
    const { context, happens } = scene();
    expect(happens(joined("bob", "member", 2n))).toEqual([["join", "bob"]]);
    expect(happens(joined("olga", "observer", 3n))).toEqual([]);
    expect(context.remoteMembers.map(({ uuid }) => uuid)).toEqual(["bob"]);
    expect(context.getMember("olga")?.hide).toBe(true);
    const role = (oldRole: string, newRole: string) => {
      const value = { changes: [{ userUuid: "olga", oldRole, newRole }] };
      return create(RoomEventSchema, { body: { case: "rolesChanged", value } }).body;
    };
    expect(happens(role("observer", "member"))).toEqual([["join", "olga"]]);
    expect(context.remoteMembers.map(({ uuid }) => uuid)).toEqual(["bob", "olga"]);
    expect(happens(role("member", "observer"))).toEqual([["leave", "olga"]]);
    expect(happens(left("olga"))).toEqual([]);
    expect(happens(left("bob"))).toEqual([["leave", "bob"]]);
  });
});

describe("events of one frame", () => {
  it("show the members as they were at each", () => {
    const { happenAtOnce } = scene();
    const passage = [joined("bob", "member", 2n), endpoint("bob", 3n), gone("bob", 2n), left("bob")];
    expect(happenAtOnce(passage)).toEqual([
      ["join", "bob"],
      ["devices", "bob", 2],
      ["devices", "bob", 1],
      ["leave", "bob"],
    ]);
  });
});

describe("a member's presence in the chat", () => {
  it("is that of its devices together", () => {
    const { happens } = scene();
    happens(endpoint("ann", 2n));
    expect(happens(presence("ann", 1n, true))).toEqual([["in chat", "ann"]]);
    expect(happens(presence("ann", 2n, true))).toEqual([]);
    expect(happens(presence("ann", 2n, false))).toEqual([]);
    expect(happens(gone("ann", 1n))).toEqual([
      ["devices", "ann", 1],
      ["out of chat", "ann"],
    ]);
  });
});

describe("a member's streams", () => {
  it("are told when they change for the member, not for each device", () => {
    const { happens } = scene();
    const audio = (rtcUid: bigint, on: boolean) => stream("ann", rtcUid, RoomStream.AUDIO, on);
    expect(happens(audio(1n, true))).toEqual([
      ["audio", "ann", false, undefined],
      ["stream", "ann"],
    ]);
    expect(happens(endpoint("ann", 2n))).toEqual([["devices", "ann", 2]]);
    expect(happens(audio(2n, true))).toEqual([]);
    expect(happens(audio(1n, false), "ann")).toEqual([]);
    expect(happens(stream("ann", 2n, RoomStream.SUB_VIDEO, true))).toEqual([
      ["screen", "ann", true],
      ["stream", "ann"],
    ]);
    expect(happens(gone("ann", 2n), "ann"), "the device that was heard is gone").toEqual([
      ["devices", "ann", 1],
      ["audio", "ann", true, "ann"],
      ["screen", "ann", false],
      ["stream", "ann"],
    ]);
  });
});
