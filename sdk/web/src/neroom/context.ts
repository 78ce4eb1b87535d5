import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { MediaNotice, RoomNotice } from "../core/api.js";
import type { JoinedRoom } from "../core/joined.js";
import type { RoomMirror } from "../core/mirror.js";
import { RoomActSchema, RoomBanKind, type RoomEvent, type RoomMember } from "../gen/room_pb.js";
import type { Driver } from "../shell/driver.js";
import { ChatController } from "./chat.js";
import {
  annotationController,
  appInviteController,
  liveController,
  seatController,
  sipController,
  waitingRoomController,
  whiteboardController,
} from "./later.js";
import { Listeners } from "./listeners.js";
import type { Scene } from "./media/own.js";
import { RtcController } from "./media.js";
import { endReasonOf, memberOf, roleOf } from "./member.js";
import {
  NELeaveRoomType,
  type NEResult,
  NERoomConnectType,
  type NERoomContext,
  type NERoomListener,
  type NERoomMember,
  type NEStatsListener,
} from "./published/index.js";
import { answering, notSupported } from "./result.js";

/** Which streams of a member are on. */
interface Streams {
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
  readonly systemAudio: boolean;
  readonly connection: boolean;
}

function streamsOf(member: NERoomMember): Streams {
  return {
    audio: member.isAudioOn,
    video: member.isVideoOn,
    screen: member.isSharingScreen,
    systemAudio: member.isSharingSystemAudio,
    connection: member.isAudioConnected,
  };
}

/** The member whose devices an event changes. */
function whoseDevices(body: RoomEvent["body"]): string | undefined {
  switch (body.case) {
    case "endpointJoined":
    case "endpointLeft":
    case "chatPresenceChanged":
    case "rtcPresenceChanged":
    case "streamChanged":
      return body.value.userUuid;
    default:
      return undefined;
  }
}

export type ActInit = MessageInitShape<typeof RoomActSchema>["act"];

/** A room that this device is in. After its end it shows the last state. */
export class RoomContext implements NERoomContext {
  readonly chatController: ChatController;
  readonly rtcController: RtcController;
  readonly whiteboardController = whiteboardController();
  readonly annotationController = annotationController();
  readonly liveController = liveController();
  readonly seatController = seatController();
  readonly waitingRoomController = waitingRoomController();
  readonly SIPController = sipController();
  readonly appInviteController = appInviteController();
  readonly inAppInvitingMembers: NERoomMember[] = [];
  readonly inSIPInvitingMembers: NERoomMember[] = [];
  readonly isInSIPInviting = false;
  readonly isCloudRecording = false;
  readonly rtcStartTime = 0;
  readonly session = "";
  private readonly listeners = new Listeners<NERoomListener>();
  private connected = { link: true, media: true };
  private ownLast: RoomMember | undefined;
  /** The room at the event that listeners are being told; the room's own mirror may be ahead of it. */
  private readonly told: RoomMirror;

  constructor(
    private readonly driver: Driver,
    private readonly room: JoinedRoom,
  ) {
    this.chatController = new ChatController(driver, room, this);
    const scene: Scene = { room, act: (act) => this.act(act), tell: (call) => this.tell(call) };
    this.rtcController = new RtcController(driver, scene, (connected) => this.connection({ media: connected }));
    this.ownLast = room.mirror.member(room.userUuid);
    this.told = room.mirror.copy();
  }

  private get head() {
    return this.room.mirror.head;
  }

  get archiveId(): bigint {
    return this.room.archiveId;
  }

  get roomUuid(): string {
    return this.head.roomUuid;
  }

  get roomArchiveId(): string {
    return this.archiveId.toString();
  }

  get roomName(): string {
    return this.head.roomName;
  }

  /** The room's own text, as `onRoomExtChanged` tells it. */
  get roomExt(): string {
    return this.head.ext;
  }

  get password(): string | undefined {
    return this.room.password || undefined;
  }

  /** Values by key, as they were written. */
  get roomProperties(): Record<string, string> {
    return Object.fromEntries(this.head.properties.map(({ key, value }) => [key, value]));
  }

  get maxMembers(): number {
    return this.head.maxMembers;
  }

  get isRoomLocked(): boolean {
    return this.head.locked;
  }

  get isRoomBlacklistEnabled(): boolean {
    return this.head.blacklistEnabled;
  }

  get isRoomMultiDeviceEnabled(): boolean {
    return this.head.multiDevice;
  }

  /** Seconds until the room ends by age; 0 = it does not. */
  get remainingSeconds(): number {
    const { endsAtMs } = this.head;
    return endsAtMs === 0n ? 0 : Math.max(0, Math.ceil((Number(endsAtMs) - Date.now()) / 1000));
  }

  get localMember(): NERoomMember {
    const own = this.room.mirror.member(this.room.userUuid) ?? this.ownLast;
    if (!own) throw new TypeError("this device is not among the members");
    return this.shownAs(own);
  }

  /** The others, without those whose role is hidden. */
  get remoteMembers(): NERoomMember[] {
    return this.shown(this.room.mirror.members.filter(({ userUuid }) => userUuid !== this.room.userUuid));
  }

  /** Also one whose role is hidden, with `hide` set. */
  getMember(uuid: string): NERoomMember | null {
    const member = this.room.mirror.member(uuid);
    return member ? this.shownAs(member) : null;
  }

  isInWaitingRoom(): boolean {
    return false;
  }

  addRoomListener(listener: NERoomListener): void {
    this.listeners.add(listener);
  }

  removeRoomListener(listener: NERoomListener): void {
    this.listeners.remove(listener);
  }

  /** Hears every two seconds how the call goes. */
  addRtcStatsListener(listener: NEStatsListener): void {
    this.rtcController.addStatsListener(listener);
  }

  removeRtcStatsListener(listener: NEStatsListener): void {
    this.rtcController.removeStatsListener(listener);
  }

  /** Does one thing in the room; done when the mirror shows it. */
  act(act: ActInit): Promise<NEResult<null>> {
    const value = create(RoomActSchema, { archiveId: this.archiveId, act });
    return answering(this.driver.call({ type: "ask", body: { case: "roomAct", value } }).then(() => null));
  }

  leaveRoom(leaveRoomType: NELeaveRoomType = NELeaveRoomType.ONLY_SELF): Promise<NEResult<null>> {
    return this.act({ case: "leave", value: { allDevices: leaveRoomType === NELeaveRoomType.ALL } });
  }

  endRoom(_isForce?: boolean): Promise<NEResult<null>> {
    return this.act({ case: "end", value: {} });
  }

  lockRoom(): Promise<NEResult<null>> {
    return this.act({ case: "setLock", value: { locked: true } });
  }

  unlockRoom(): Promise<NEResult<null>> {
    return this.act({ case: "setLock", value: { locked: false } });
  }

  changeRoomName(roomName: string): Promise<NEResult<null>> {
    return this.act({ case: "setRoomName", value: { roomName } });
  }

  changeRoomExt(ext: string): Promise<NEResult<null>> {
    return this.act({ case: "setRoomExt", value: { ext } });
  }

  enableRoomBlacklist(enabled: boolean): Promise<NEResult<null>> {
    return this.act({ case: "enableBlacklist", value: { enabled } });
  }

  enableMultiDevice(enabled: boolean): Promise<NEResult<null>> {
    return this.act({ case: "enableMultiDevice", value: { enabled } });
  }

  changeMyName(userName: string): Promise<NEResult<null>> {
    return this.act({ case: "changeName", value: { userName } });
  }

  changeMemberName(userUuid: string, userName: string): Promise<NEResult<null>> {
    return this.act({ case: "changeName", value: { userUuid, userName } });
  }

  changeMyExt(ext: string): Promise<NEResult<null>> {
    return this.act({ case: "changeExt", value: { ext } });
  }

  changeMemberRole(userUuid: string, role: string): Promise<NEResult<null>> {
    return this.act({ case: "changeRoles", value: { changes: [{ userUuid, role }] } });
  }

  changeMembersRole(userRoleMap: Record<string, string>): Promise<NEResult<null>> {
    const changes = Object.entries(userRoleMap).map(([userUuid, role]) => ({ userUuid, role }));
    return this.act({ case: "changeRoles", value: { changes } });
  }

  /** `resign` false keeps the own role too, as far as its limit allows. */
  handOverMyRole(userUuid: string, resign = true): Promise<NEResult<null>> {
    return this.act({ case: "handOver", value: { userUuid, keep: !resign } });
  }

  kickMemberOut(userUuid: string, toBlacklist = false): Promise<NEResult<null>> {
    return this.act({ case: "kick", value: { userUuid, toBlacklist } });
  }

  kickMyDeviceOut(deviceId: string): Promise<NEResult<null>> {
    return this.act({ case: "kickDevice", value: { deviceId } });
  }

  updateRoomProperty(key: string, value: string, associatedUserUuid = ""): Promise<NEResult<null>> {
    return this.act({ case: "setRoomProperty", value: { key, value, associatedUserUuid } });
  }

  deleteRoomProperty(key: string): Promise<NEResult<null>> {
    return this.act({ case: "deleteRoomProperty", value: { key } });
  }

  updateMemberProperty(userUuid: string, key: string, value: string): Promise<NEResult<null>> {
    return this.act({ case: "setMemberProperty", value: { userUuid, key, value } });
  }

  deleteMemberProperty(userUuid: string, key: string): Promise<NEResult<null>> {
    return this.act({ case: "deleteMemberProperty", value: { userUuid, key } });
  }

  readonly rejoinAfterAdmittedToRoom = notSupported;
  readonly startCloudRecord = notSupported;
  readonly stopCloudRecord = notSupported;

  /** Told by the room service: something happened in this room. */
  noticed(notice: RoomNotice | MediaNotice): void {
    if (notice.type === "media") {
      this.rtcController.pushed(notice.push);
    } else if (notice.type === "roomEnded") {
      const reason = endReasonOf(notice.reason);
      this.rtcController.roomOver();
      this.tell((listener) => listener.onRoomEnded?.(reason));
    } else if (notice.type === "roomConnection") {
      this.connection({ link: notice.connected });
      this.rtcController.link(notice.connected);
    } else {
      this.ownLast = this.room.mirror.member(this.room.userUuid) ?? this.ownLast;
      this.changed(notice);
      const { body, operateBy } = notice.event;
      const whose = whoseDevices(body);
      const before = whose === undefined ? undefined : this.memberTold(whose);
      this.told.fold(body);
      this.changedOfMember(notice);
      if (before) this.changedByDevices(before, this.memberTold(operateBy));
      this.rtcController.noticed(notice.event);
    }
  }

  /** The room is connected when its link and its call are. */
  private connection(change: Partial<RoomContext["connected"]>): void {
    const before = this.connected.link && this.connected.media;
    this.connected = { ...this.connected, ...change };
    const now = this.connected.link && this.connected.media;
    if (now === before) return;
    const state = now ? NERoomConnectType.Reconnect : NERoomConnectType.Disconnect;
    this.tell((listener) => listener.onRoomConnectStateChanged?.(state));
  }

  /** Calls one method of each listener. */
  tell(call: (listener: NERoomListener) => void): void {
    this.listeners.tell(call);
  }

  private changed({ event: { body }, before }: RoomNotice & { type: "roomEvent" }): void {
    switch (body.case) {
      case "propertiesChanged": {
        const changed = Object.fromEntries(body.value.properties.map(({ key, value }) => [key, value]));
        return this.tell((listener) => listener.onRoomPropertiesChanged?.(changed));
      }
      case "propertiesDeleted":
        return this.tell((listener) => listener.onRoomPropertiesDeleted?.({ ...before.deleted }));
      case "lockChanged":
        return this.tell((listener) => listener.onRoomLockStateChanged?.(body.value.locked));
      case "nameChanged":
        return this.tell((listener) => listener.onRoomNameChanged?.(body.value.roomName));
      case "extChanged":
        return this.tell((listener) => listener.onRoomExtChanged?.(body.value.ext));
      case "maxMembersChanged":
        return this.tell((listener) => listener.onRoomMaxMembersChanged?.(body.value.maxMembers));
      case "blacklistEnabledChanged":
        return this.tell((listener) => listener.onRoomBlacklistStateChanged?.(body.value.enabled));
      case "multiDeviceChanged":
        return this.tell((listener) => listener.onRoomMultiDeviceEnableChanged?.(body.value.enabled));
      case "lifetimeChanged": {
        const seconds = this.remainingSeconds;
        return this.tell((listener) => listener.onRoomRemainingSecondsRenewed?.(seconds));
      }
    }
  }

  private changedOfMember({ event, before }: RoomNotice & { type: "roomEvent" }): void {
    const { body, operateBy } = event;
    const by = this.memberTold(operateBy);
    switch (body.case) {
      case "memberJoined": {
        const { member } = body.value;
        if (!member) return;
        const joined = this.shown([member]);
        if (joined.length > 0) this.tell((listener) => listener.onMemberJoinRoom?.(joined));
        return;
      }
      case "memberLeft": {
        const gone = this.shown(before.gone);
        if (gone.length > 0) this.tell((listener) => listener.onMemberLeaveRoom?.(gone));
        return;
      }
      case "endpointJoined":
      case "endpointLeft":
        return this.about(body.value.userUuid, (member, listener) =>
          listener.onMemberConnectedDeviceListChanged?.(member),
        );
      case "memberNameChanged":
        return this.about(body.value.userUuid, (member, listener) =>
          listener.onMemberNameChanged?.(member, body.value.userName, by),
        );
      case "memberExtChanged":
        return this.about(body.value.userUuid, (member, listener) =>
          listener.onMemberExtChanged?.(member, body.value.ext),
        );
      case "rolesChanged":
        for (const { userUuid, oldRole, newRole } of body.value.changes) {
          const [old, now] = [roleOf(this.head.template, oldRole), roleOf(this.head.template, newRole)];
          this.about(userUuid, (member, listener) => {
            const passes = userUuid !== this.room.userUuid && old.hide !== now.hide;
            if (!passes) listener.onMemberRoleChanged?.(member, old, now);
            else if (now.hide) listener.onMemberLeaveRoom?.([member]);
            else listener.onMemberJoinRoom?.([member]);
          });
        }
        return;
      case "memberPropertiesChanged":
        return this.about(body.value.userUuid, (member, listener) =>
          listener.onMemberPropertiesChanged?.(member, { ...body.value.properties }),
        );
      case "memberPropertiesDeleted":
        return this.tell((listener) =>
          listener.onMemberPropertiesDeleted?.(body.value.userUuid, { ...before.deleted }),
        );
      case "banChanged": {
        const { kind, userUuid, banned, durationS, notifyExt } = body.value;
        if (kind !== RoomBanKind.CHAT) return;
        return this.about(userUuid, (member, listener) =>
          listener.onMemberChatBanStateChanged?.(member, banned, Number(durationS), notifyExt, by),
        );
      }
    }
  }

  /** A member is what its devices are together: what one device does may change nothing of that. */
  private changedByDevices(old: NERoomMember, by: NERoomMember | undefined): void {
    const member = this.memberTold(old.uuid);
    if (!member) return;
    const [before, now] = [streamsOf(old), streamsOf(member)];
    const changed = (stream: keyof Streams) => before[stream] !== now[stream];
    const anyStream = Object.keys(now).some((stream) => changed(stream as keyof Streams));
    this.tell((listener) => {
      if (changed("audio")) listener.onMemberAudioMuteChanged?.(member, !now.audio, by);
      if (changed("video")) listener.onMemberVideoMuteChanged?.(member, !now.video, by);
      if (changed("screen")) listener.onMemberScreenShareStateChanged?.(member, now.screen, by);
      if (changed("systemAudio")) listener.onMemberSystemAudioShareStateChanged?.(member, now.systemAudio, by);
      if (changed("connection")) listener.onMemberAudioConnectStateChanged?.(member, now.connection);
      if (anyStream) listener.onMemberStreamChanged?.(member);
      if (old.isInRtcChannel !== member.isInRtcChannel) {
        if (member.isInRtcChannel) listener.onMemberJoinRtcChannel?.([member]);
        else listener.onMemberLeaveRtcChannel?.([member]);
      }
      if (old.isInChatroom === member.isInChatroom) return;
      if (member.isInChatroom) listener.onMemberJoinChatroom?.([member]);
      else listener.onMemberLeaveChatroom?.([member]);
    });
  }

  private memberTold(uuid: string): NERoomMember | undefined {
    const member = this.told.member(uuid);
    return member && this.shownAs(member);
  }

  /** Members of hidden roles are in no list, and come and go without a word; whoever becomes one leaves for the others. */
  private shown(members: readonly RoomMember[]): NERoomMember[] {
    return members.map((member) => this.shownAs(member)).filter(({ hide }) => !hide);
  }

  private shownAs(member: RoomMember): NERoomMember {
    return memberOf(member, this.head.template);
  }

  private about(userUuid: string | undefined, call: (member: NERoomMember, listener: NERoomListener) => void): void {
    const member = userUuid && this.memberTold(userUuid);
    if (member) this.tell((listener) => call(member, listener));
  }
}
