import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  RoomBanKind,
  type RoomBans,
  type RoomEndpoint,
  type RoomEvent,
  type RoomEventSchema,
  type RoomMember,
  RoomStream,
} from "../gen/room_pb.js";
import { BAN_NAMES, change, type RoomMirror, STREAM_FLAGS, sameMember } from "./mirror.js";

const UNKNOWN = "UNKNOWN";

/**
 * The way from one state of a room to another, as events. Who did it and why is not known any more: reasons are
 * UNKNOWN, and a ban's duration is 0 with its end in place. Somebody who left and came back in between leaves and joins.
 */
export class Difference {
  private readonly now: RoomMirror;
  private readonly steps: RoomEvent[] = [];

  constructor(
    from: RoomMirror,
    private readonly then: RoomMirror,
  ) {
    this.now = from.copy();
  }

  events(): RoomEvent[] {
    const { now, then } = this;
    if (now.ended !== null) return [];
    if (then.ended === null) {
      for (const { userUuid } of now.members) if (!then.member(userUuid)) this.leave(userUuid);
    }
    this.head();
    for (const member of then.members) this.member(member);
    if (then.ended !== null) this.step({ case: "ended", value: { reason: then.ended } });
    return this.steps;
  }

  private step(body: MessageInitShape<typeof RoomEventSchema>["body"]): void {
    const event = change(body);
    this.now.fold(event.body);
    this.steps.push(event);
  }

  private leave(userUuid: string): void {
    this.step({ case: "memberLeft", value: { userUuid, reason: UNKNOWN } });
  }

  private head(): void {
    const now = this.now.copy().head;
    const then = this.then.head;
    if (now.roomName !== then.roomName) this.step({ case: "nameChanged", value: { roomName: then.roomName } });
    if (now.locked !== then.locked) this.step({ case: "lockChanged", value: { locked: then.locked } });
    if (now.ext !== then.ext) this.step({ case: "extChanged", value: { ext: then.ext } });
    if (now.maxMembers !== then.maxMembers) {
      this.step({ case: "maxMembersChanged", value: { maxMembers: then.maxMembers } });
    }
    if (now.blacklistEnabled !== then.blacklistEnabled) {
      this.step({ case: "blacklistEnabledChanged", value: { enabled: then.blacklistEnabled } });
    }
    if (now.multiDevice !== then.multiDevice) {
      this.step({ case: "multiDeviceChanged", value: { enabled: then.multiDevice } });
    }
    if (now.endsAtMs !== then.endsAtMs) this.step({ case: "lifetimeChanged", value: { endsAtMs: then.endsAtMs } });
    this.bans("", now.bans, then.bans);
    const keys = now.properties.map(({ key }) => key).filter((key) => !this.then.property(key));
    if (keys.length > 0) this.step({ case: "propertiesDeleted", value: { keys } });
    const properties = then.properties.filter(({ key, value, associatedUserUuid }) => {
      const present = this.now.property(key);
      return present?.value !== value || present.associatedUserUuid !== associatedUserUuid;
    });
    if (properties.length > 0) this.step({ case: "propertiesChanged", value: { properties } });
  }

  private bans(userUuid: string, now: RoomBans | undefined, then: RoomBans | undefined): void {
    for (const kind of [RoomBanKind.CHAT, RoomBanKind.AUDIO, RoomBanKind.VIDEO]) {
      const name = BAN_NAMES[kind];
      if (!name) continue;
      const [before, after] = [now?.[name], then?.[name]];
      if (before?.banned === after?.banned && before?.untilMs === after?.untilMs) continue;
      const banned = after !== undefined;
      this.step({ case: "banChanged", value: { userUuid, kind, banned, untilMs: after?.untilMs ?? 0n } });
    }
  }

  private member(then: RoomMember): void {
    const now = this.now.member(then.userUuid);
    if (now) {
      if (now.joinedAtMs === then.joinedAtMs) {
        this.said(now, then);
        this.endpoints(now, then);
      }
      if (sameMember(this.now.member(then.userUuid), then)) return;
      this.leave(then.userUuid);
    }
    this.step({ case: "memberJoined", value: { member: then } });
  }

  /** Everything of a member but its devices. */
  private said(now: RoomMember, then: RoomMember): void {
    const { userUuid, userName, role, avatar, ext } = then;
    if (now.userName !== userName) this.step({ case: "memberNameChanged", value: { userUuid, userName } });
    if (now.role !== role) {
      const changes = [{ userUuid, oldRole: now.role, newRole: role }];
      this.step({ case: "rolesChanged", value: { changes } });
    }
    if (now.avatar !== avatar) this.step({ case: "memberAvatarChanged", value: { userUuid, avatar } });
    if (now.ext !== ext) this.step({ case: "memberExtChanged", value: { userUuid, ext } });
    const keys = Object.keys(now.properties).filter((key) => !Object.hasOwn(then.properties, key));
    if (keys.length > 0) this.step({ case: "memberPropertiesDeleted", value: { userUuid, keys: keys.sort() } });
    const fresh = Object.entries(then.properties).filter(([key, value]) => now.properties[key] !== value);
    if (fresh.length > 0) {
      this.step({ case: "memberPropertiesChanged", value: { userUuid, properties: Object.fromEntries(fresh) } });
    }
    this.bans(userUuid, now.bans, then.bans);
  }

  private endpoints(now: RoomMember, then: RoomMember): void {
    const { userUuid } = then;
    for (const endpoint of then.endpoints) {
      const present = now.endpoints.find(({ rtcUid }) => rtcUid === endpoint.rtcUid);
      if (present) this.endpoint(userUuid, present, endpoint);
      else this.step({ case: "endpointJoined", value: { userUuid, endpoint } });
    }
    for (const { rtcUid } of now.endpoints) {
      if (then.endpoints.some((endpoint) => endpoint.rtcUid === rtcUid)) continue;
      this.step({ case: "endpointLeft", value: { userUuid, rtcUid, reason: UNKNOWN } });
    }
  }

  private endpoint(userUuid: string, now: RoomEndpoint, then: RoomEndpoint): void {
    const { rtcUid } = then;
    for (const stream of STREAM_ORDER) {
      const flag = STREAM_FLAGS[stream];
      if (!flag || now[flag] === then[flag]) continue;
      this.step({ case: "streamChanged", value: { userUuid, rtcUid, stream, on: then[flag] } });
    }
    if (now.inChatroom !== then.inChatroom) {
      this.step({ case: "chatPresenceChanged", value: { userUuid, rtcUid, present: then.inChatroom } });
    }
    if (now.inRtc !== then.inRtc) {
      this.step({ case: "rtcPresenceChanged", value: { userUuid, rtcUid, present: then.inRtc } });
    }
  }
}

const STREAM_ORDER = [
  RoomStream.AUDIO,
  RoomStream.VIDEO,
  RoomStream.SUB_VIDEO,
  RoomStream.SYSTEM_AUDIO,
  RoomStream.AUDIO_CONNECTION,
];
