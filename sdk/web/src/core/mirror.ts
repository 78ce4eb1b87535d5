import { clone, create, equals, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type Cursor,
  CursorSchema,
  type RoomBan,
  type RoomBanChanged,
  RoomBanKind,
  RoomBanSchema,
  type RoomBans,
  RoomBansSchema,
  type RoomEndpoint,
  type RoomEvent,
  RoomEventSchema,
  type RoomHead,
  RoomHeadSchema,
  type RoomMember,
  RoomMemberSchema,
  type RoomProperty,
  RoomPropertySchema,
  RoomStream,
} from "../gen/room_pb.js";
import type { Before } from "./api.js";
import { Difference } from "./difference.js";

export type RoomChange = RoomEvent["body"];

const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/**
 * What every member sees of a room at one place of its stream, folded from its events.
 *
 * Two mirrors with the same history are equal: properties are in the order of their keys, devices the longest present
 * first, and a ban that is not in force is absent.
 */
export class RoomMirror {
  private readonly headNow: RoomHead;
  private readonly byUuid = new Map<string, RoomMember>();
  private readonly cursor: Cursor;
  private reason: string | null = null;

  constructor(head: RoomHead, members: readonly RoomMember[], at: Cursor) {
    this.headNow = clone(RoomHeadSchema, head);
    this.headNow.properties.sort(byKey);
    this.headNow.bans = tidy(this.headNow.bans);
    this.cursor = clone(CursorSchema, at);
    for (const member of members) this.put(member);
  }

  /** The room without its members. */
  get head(): Readonly<RoomHead> {
    return this.headNow;
  }

  /** What this is the state of. */
  get at(): Readonly<Cursor> {
    return this.cursor;
  }

  /** The reason, once the room is over. */
  get ended(): string | null {
    return this.reason;
  }

  /** The members in the order of their `userUuid`, those of hidden roles included. */
  get members(): readonly RoomMember[] {
    return [...this.byUuid.values()].sort((a, b) => (a.userUuid < b.userUuid ? -1 : 1));
  }

  member(userUuid: string): RoomMember | undefined {
    return this.byUuid.get(userUuid);
  }

  /** A device and its member. */
  endpoint(rtcUid: bigint): { member: RoomMember; endpoint: RoomEndpoint } | undefined {
    for (const member of this.byUuid.values()) {
      const endpoint = member.endpoints.find((present) => present.rtcUid === rtcUid);
      if (endpoint) return { member, endpoint };
    }
    return undefined;
  }

  property(key: string): RoomProperty | undefined {
    return this.headNow.properties.find((property) => property.key === key);
  }

  /**
   * Applies the event that follows `at`; null if it does not follow, and then nothing changed. An event without body
   * counts and changes nothing else, and so does whatever comes after the end.
   */
  apply(event: RoomEvent): Before | null {
    if (event.seq !== this.cursor.seq + 1n) return null;
    this.cursor.seq = event.seq;
    return this.reason === null ? this.fold(event.body) : { gone: [], deleted: {} };
  }

  /** What turns this mirror into `other`, as events for listeners without number, time and author. */
  difference(other: RoomMirror): RoomEvent[] {
    return new Difference(this, other).events();
  }

  /** A mirror of the same state. */
  copy(): RoomMirror {
    const copy = new RoomMirror(this.headNow, [...this.byUuid.values()], this.cursor);
    copy.reason = this.reason;
    return copy;
  }

  /** Changes what the body names, and nothing else. */
  fold(body: RoomChange): Before {
    const gone: RoomMember[] = [];
    let deleted: Record<string, string> = {};
    const head = this.headNow;
    switch (body.case) {
      case "memberJoined":
        if (body.value.member) this.put(body.value.member);
        break;
      case "endpointJoined": {
        const { endpoint, userUuid } = body.value;
        if (!endpoint) break;
        this.edit(userUuid, (member) => {
          member.endpoints = member.endpoints.filter(({ rtcUid }) => rtcUid !== endpoint.rtcUid);
          member.endpoints.push(endpoint);
        });
        break;
      }
      case "endpointLeft":
        this.edit(body.value.userUuid, (member) => {
          member.endpoints = member.endpoints.filter(({ rtcUid }) => rtcUid !== body.value.rtcUid);
        });
        break;
      case "memberLeft": {
        const member = this.byUuid.get(body.value.userUuid);
        if (member) gone.push(member);
        this.byUuid.delete(body.value.userUuid);
        break;
      }
      case "rolesChanged":
        for (const { userUuid, newRole } of body.value.changes) {
          this.edit(userUuid, (member) => {
            member.role = newRole;
          });
        }
        break;
      case "memberPropertiesDeleted":
        this.edit(body.value.userUuid, (member) => {
          deleted = take(member.properties, body.value.keys);
        });
        break;
      case "propertiesChanged":
        for (const property of body.value.properties) this.putProperty(property);
        break;
      case "propertiesDeleted": {
        const { keys } = body.value;
        for (const { key, value } of head.properties) if (keys.includes(key)) deleted[key] = value;
        head.properties = head.properties.filter(({ key }) => !keys.includes(key));
        break;
      }
      case "ended":
        this.reason = body.value.reason;
        gone.push(...this.members);
        this.byUuid.clear();
        break;
      default:
        this.foldMember(body);
        this.foldHead(body);
    }
    return { gone, deleted };
  }

  private foldMember(body: RoomChange): void {
    switch (body.case) {
      case "memberNameChanged":
        return this.edit(body.value.userUuid, (member) => {
          member.userName = body.value.userName;
        });
      case "memberAvatarChanged":
        return this.edit(body.value.userUuid, (member) => {
          member.avatar = body.value.avatar;
        });
      case "memberExtChanged":
        return this.edit(body.value.userUuid, (member) => {
          member.ext = body.value.ext;
        });
      case "memberPropertiesChanged":
        return this.edit(body.value.userUuid, (member) => Object.assign(member.properties, body.value.properties));
      case "streamChanged":
        return this.editEndpoint(body.value.rtcUid, (endpoint) => {
          const flag = STREAM_FLAGS[body.value.stream];
          if (flag) endpoint[flag] = body.value.on;
        });
      case "chatPresenceChanged":
        return this.editEndpoint(body.value.rtcUid, (endpoint) => {
          endpoint.inChatroom = body.value.present;
        });
      case "rtcPresenceChanged":
        return this.editEndpoint(body.value.rtcUid, (endpoint) => {
          endpoint.inRtc = body.value.present;
        });
      case "banChanged":
        return this.banChanged(body.value);
    }
  }

  private foldHead(body: RoomChange): void {
    const head = this.headNow;
    switch (body.case) {
      case "lockChanged":
        head.locked = body.value.locked;
        break;
      case "nameChanged":
        head.roomName = body.value.roomName;
        break;
      case "extChanged":
        head.ext = body.value.ext;
        break;
      case "maxMembersChanged":
        head.maxMembers = body.value.maxMembers;
        break;
      case "blacklistEnabledChanged":
        head.blacklistEnabled = body.value.enabled;
        break;
      case "multiDeviceChanged":
        head.multiDevice = body.value.enabled;
        break;
      case "lifetimeChanged":
        head.endsAtMs = body.value.endsAtMs;
        break;
    }
  }

  private put(member: RoomMember): void {
    const own = clone(RoomMemberSchema, member);
    own.bans = tidy(own.bans);
    this.byUuid.set(own.userUuid, own);
  }

  /** The member is replaced, so that whoever holds the old one keeps it as it was. */
  private edit(userUuid: string, change: (member: RoomMember) => void): void {
    const member = this.byUuid.get(userUuid);
    if (!member) return;
    const changed = clone(RoomMemberSchema, member);
    change(changed);
    this.byUuid.set(userUuid, changed);
  }

  private editEndpoint(rtcUid: bigint, change: (endpoint: RoomEndpoint) => void): void {
    const owner = this.endpoint(rtcUid)?.member;
    if (!owner) return;
    this.edit(owner.userUuid, (member) => {
      for (const endpoint of member.endpoints) if (endpoint.rtcUid === rtcUid) change(endpoint);
    });
  }

  private banChanged(change: RoomBanChanged): void {
    if (change.userUuid === "") {
      this.headNow.bans = banned(this.headNow.bans, change);
    } else {
      this.edit(change.userUuid, (member) => {
        member.bans = banned(member.bans, change);
      });
    }
  }

  private putProperty(property: RoomProperty): void {
    const { properties } = this.headNow;
    const place = properties.findIndex(({ key }) => key === property.key);
    const own = clone(RoomPropertySchema, property);
    if (place >= 0) properties[place] = own;
    else properties.push(own);
    properties.sort(byKey);
  }
}

type Flag = "audioConnected" | "audioOn" | "videoOn" | "sharingScreen" | "sharingSystemAudio";

/** Where a stream shows in its device. */
export const STREAM_FLAGS: Partial<Record<RoomStream, Flag>> = {
  [RoomStream.AUDIO]: "audioOn",
  [RoomStream.VIDEO]: "videoOn",
  [RoomStream.SUB_VIDEO]: "sharingScreen",
  [RoomStream.SYSTEM_AUDIO]: "sharingSystemAudio",
  [RoomStream.AUDIO_CONNECTION]: "audioConnected",
};

type BanName = "chat" | "audio" | "video";

/** Where a ban shows in the bans of a room or a member. */
export const BAN_NAMES: Partial<Record<RoomBanKind, BanName>> = {
  [RoomBanKind.CHAT]: "chat",
  [RoomBanKind.AUDIO]: "audio",
  [RoomBanKind.VIDEO]: "video",
};

function banned(bans: RoomBans | undefined, change: RoomBanChanged): RoomBans | undefined {
  const name = BAN_NAMES[change.kind];
  if (!name) return bans;
  const next = bans ? clone(RoomBansSchema, bans) : create(RoomBansSchema);
  next[name] = change.banned ? create(RoomBanSchema, { banned: true, untilMs: change.untilMs }) : undefined;
  return tidy(next);
}

/** One form for "not banned". */
function tidy(bans: RoomBans | undefined): RoomBans | undefined {
  if (!bans) return undefined;
  const inForce = (ban: RoomBan | undefined) => (ban?.banned ? ban : undefined);
  const tidied: MessageInitShape<typeof RoomBansSchema> = {
    chat: inForce(bans.chat),
    audio: inForce(bans.audio),
    video: inForce(bans.video),
  };
  const any = tidied.chat ?? tidied.audio ?? tidied.video;
  return any ? create(RoomBansSchema, tidied) : undefined;
}

function take(properties: Record<string, string>, keys: readonly string[]): Record<string, string> {
  const taken: Record<string, string> = {};
  for (const key of keys) {
    const value = properties[key];
    if (value === undefined || !Object.hasOwn(properties, key)) continue;
    taken[key] = value;
    delete properties[key];
  }
  return taken;
}

/** Whether two members, devices included, are the same. */
export function sameMember(a: RoomMember | undefined, b: RoomMember | undefined): boolean {
  return a !== undefined && b !== undefined && equals(RoomMemberSchema, a, b);
}

/** An event without number, time and author. */
export function change(body: MessageInitShape<typeof RoomEventSchema>["body"]): RoomEvent {
  return create(RoomEventSchema, { body });
}
