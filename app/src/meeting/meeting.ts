import {
  type NEResult,
  NERoomConnectType,
  type NERoomContext,
  NERoomEndReason,
  type NERoomListener,
  type NERoomMember,
} from "parlor-web";
import { Store } from "../base/store.js";
import { say } from "../base/toast.js";
import { RoomChat } from "../chat/chat.js";
import { errorText, text } from "../text/text.js";
import { Call } from "./call.js";

/** What the page shows of the room. */
export interface RoomView {
  name: string;
  isLocked: boolean;
  me: NERoomMember;
  /** Everybody, oneself first, in the order of coming. */
  members: readonly NERoomMember[];
  connection: "up" | "down" | "back";
  /** Why it is over. */
  ended: NERoomEndReason | null;
}

/** How long the page says that the connection is back. */
const BACK_MS = 2500;
/** In larger rooms nobody wants to read who comes and goes. */
const TELL_UP_TO = 12;

/** The meeting that this page is in: the room, its call and its chat. */
export class Meeting {
  readonly view: Store<RoomView>;
  readonly call: Call;
  readonly chat: RoomChat;
  private isStale = false;

  constructor(readonly room: NERoomContext) {
    this.call = new Call(room);
    this.chat = new RoomChat(room);
    // What both hear, the meeting passes on.
    Object.assign(this.listener, { ...this.call.listener, ...this.listener });
    this.view = new Store<RoomView>({ ...this.look(), connection: "up", ended: null });
  }

  /** Begins; `fresh` when the room was joined just now, and not taken up again after a reload. */
  begin(fresh: boolean): void {
    this.room.addRoomListener(this.listener);
    void this.chat.begin();
    void this.call.begin(fresh);
  }

  async leave(): Promise<void> {
    if (this.view.get().ended) return;
    this.finish(NERoomEndReason.LEAVE_BY_SELF);
    await this.call.end();
    await this.room.leaveRoom(1).catch(() => {});
  }

  async endForAll(): Promise<void> {
    await this.do(this.room.endRoom(true));
  }

  /** Does something and tells when it fails. */
  async do(work: Promise<NEResult<unknown>> | undefined, said = ""): Promise<boolean> {
    try {
      await work;
      if (said) say(said);
      return true;
    } catch (error) {
      say(errorText(error), { kind: "error" });
      return false;
    }
  }

  private finish(reason: NERoomEndReason): void {
    this.room.removeRoomListener(this.listener);
    this.view.patch({ ended: reason });
  }

  private look(): Pick<RoomView, "name" | "isLocked" | "me" | "members"> {
    const { room } = this;
    const me = room.localMember;
    return { name: room.roomName, isLocked: room.isRoomLocked, me, members: [me, ...room.remoteMembers] };
  }

  /** Events come in bunches: the page looks once. */
  private readonly refresh = (): void => {
    if (this.isStale) return;
    this.isStale = true;
    queueMicrotask(() => {
      this.isStale = false;
      if (!this.view.get().ended) this.view.patch(this.look());
    });
  };

  private connected(state: NERoomConnectType): void {
    if (state === NERoomConnectType.Disconnect) {
      this.view.patch({ connection: "down" });
      return;
    }
    this.refresh();
    this.view.patch({ connection: "back" });
    setTimeout(() => this.view.get().connection === "back" && this.view.patch({ connection: "up" }), BACK_MS);
  }

  private cameOrLeft(members: readonly (NERoomMember | string)[], key: "joined" | "left"): void {
    this.refresh();
    if (this.view.get().members.length > TELL_UP_TO) return;
    for (const member of members) if (typeof member !== "string") say(text(key, { name: member.name }));
  }

  private isMe(member: NERoomMember | string): boolean {
    return (typeof member === "string" ? member : member.uuid) === this.view.get().me.uuid;
  }

  /** Tells of what somebody else has done to oneself. */
  private done(key: "mutedBy" | "cameraOffBy" | "shareStoppedBy", member: NERoomMember, by?: NERoomMember): void {
    this.refresh();
    if (this.isMe(member) && by && !this.isMe(by)) say(text(key, { name: by.name }));
  }

  private readonly listener: NERoomListener = {
    onCaptionStateChanged: () => {},
    onMemberJoinRoom: (members) => this.cameOrLeft(members, "joined"),
    onMemberLeaveRoom: (members) => this.cameOrLeft(members, "left"),
    onMemberJoinRtcChannel: this.refresh,
    onMemberLeaveRtcChannel: this.refresh,
    onMemberNameChanged: this.refresh,
    onMemberChatBanStateChanged: this.refresh,
    onMemberPropertiesChanged: this.refresh,
    onMemberConnectedDeviceListChanged: this.refresh,
    onMemberStreamChanged: this.refresh,
    onRoomNameChanged: this.refresh,
    onMemberAudioMuteChanged: (member, mute, by) => {
      this.call.listener.onMemberAudioMuteChanged?.(member, mute, by);
      if (mute) this.done("mutedBy", member, by);
      else this.refresh();
    },
    onMemberVideoMuteChanged: (member, mute, by) => {
      this.call.listener.onMemberVideoMuteChanged?.(member, mute, by);
      if (mute) this.done("cameraOffBy", member, by);
      else this.refresh();
    },
    onMemberScreenShareStateChanged: (member, on, by) =>
      on ? this.refresh() : this.done("shareStoppedBy", member, by),
    onMemberRoleChanged: (member, _before, { name }) => {
      this.refresh();
      if (!this.isMe(member)) return;
      say(text(name === "host" ? "nowHost" : name === "cohost" ? "nowCohost" : "nowMember"), { icon: "star" });
    },
    onRoomLockStateChanged: (isLocked) => {
      this.refresh();
      say(text(isLocked ? "roomIsLocked" : "roomIsOpen"), { icon: isLocked ? "lock" : "unlock" });
    },
    onRoomConnectStateChanged: (state) => this.connected(state),
    onReceiveChatroomMessages: (messages) => this.chat.received(messages),
    onChatroomMessageAttachmentProgress: (uuid, done, total) => this.chat.progress(uuid, done, total),
    onRoomEnded: (reason) => this.finish(reason),
  };
}
