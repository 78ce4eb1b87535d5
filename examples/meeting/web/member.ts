/**
 * One member of a meeting, moved by lines, telling what it is answered and what it sees in lines, as `../README.md` has
 * them. `sdk/web/tests/browser/member.mjs` opens this page and passes the lines on; files come and go through it too.
 */
import NERoom, {
  type NEConnectedDevice,
  type NERoomAnyMessage,
  type NERoomContext,
  type NERoomMember,
  NIM,
} from "parlor-web";

/** Online meeting, one of the four templates that every app has. */
const MEETING = 40;
const OLDEST_FIRST = { order: 1, limit: 100 };
const COMMON = 0;
/** What one page sends at most, of several on one machine. */
const CAMERA = { resolution: 180, frameRate: 15 } as const;
const HIGH = 0;
/** What the figures of a call do not say by then, they do not say; they come every two seconds. */
const CALL_PATIENCE_MS = 25_000;

type Line = Record<string, unknown>;

/** What the page is given by whoever opened it. */
interface Surroundings {
  /** The server's address. */
  serverUrl: string;
  appKey: string;
  /** Takes a line. */
  print(line: Line): void;
  /** The file that a person would have chosen in the page. */
  choose(path: string): Promise<File>;
}

/** Words of a line, one after the other; the rest may have blanks. */
class Words {
  constructor(private text: string) {}

  next(): string {
    const [word = ""] = this.text.split(" ", 1);
    this.text = this.text.slice(word.length + 1);
    return word;
  }

  number(): number {
    return Number(this.next());
  }

  rest(): string {
    return this.text;
  }
}

const byUser = (one: NERoomMember, other: NERoomMember) => (one.uuid < other.uuid ? -1 : 1);
const userOf = (member: NERoomMember | string) => (typeof member === "string" ? member : member.uuid);

function devicesOf(devices: NEConnectedDevice[]): Line[] {
  return devices.map(({ rtcUid, deviceId, clientType }) => ({ rtc_uid: rtcUid, device: deviceId, type: clientType }));
}

/** All that this client knows of a room. */
function mirrorOf(room: NERoomContext): Line {
  return {
    room: room.roomUuid,
    archive: room.roomArchiveId,
    name: room.roomName,
    password: room.password ?? "",
    locked: room.isRoomLocked,
    blacklist: room.isRoomBlacklistEnabled,
    multi_device: room.isRoomMultiDeviceEnabled,
    properties: room.roomProperties,
    members: [room.localMember, ...room.remoteMembers].sort(byUser).map((member) => ({
      user: member.uuid,
      name: member.name,
      role: member.role.name,
      properties: member.properties,
      chat_banned: member.isChatBanned,
      in_chat: member.isInChatroom,
      devices: devicesOf(member.connectedDeviceList),
    })),
  };
}

/** A message as everybody shows it. */
function lineOf(message: NERoomAnyMessage): Line {
  if (message.messageType === "notification") {
    const { type, memberInfo, messageUuid } = JSON.parse(message.attachStr);
    return { event: "notice", type, about: memberInfo?.userUuid ?? messageUuid };
  }
  const common = {
    from: message.fromUserUuid,
    nick: message.fromNick,
    to: message.toUserUuidList,
    message: message.messageUuid,
    at_ms: message.time,
  };
  switch (message.messageType) {
    case "text":
      return { event: "text", text: message.text, ...common };
    case "file":
      return { event: "file", file: message.displayName, size: message.size, md5: message.md5, ...common };
    default:
      return { event: "message", ...common };
  }
}

/** A person on this page. */
class Member {
  private readonly kit = NERoom.getInstance();
  private nim: NIM | undefined;
  private room: NERoomContext | undefined;
  /** The file that came last. */
  private file = { messageUuid: "", url: "" };
  /** Whose sound and whose picture arrived when the call was looked at last. */
  private arrives = { sound: new Set<string>(), picture: new Set<string>() };

  constructor(private readonly around: Surroundings) {
    this.kit.messageChannelService.addMessageChannelListener({
      onCustomMessageReceived: ({ senderUuid, roomUuid, commandId, data }) =>
        around.print({ event: "command", from: senderUuid, room: roomUuid, number: commandId, data }),
    });
  }

  /** Does what a line says and prints how it ended. */
  async obey(line: string): Promise<void> {
    const words = new Words(line);
    const command = words.next();
    const answer = await this.calls[command]?.(words).then(
      (more) => ({ ...more, code: 0 }),
      (error) => ({ code: error.code ?? String(error), reason: error.message }),
    );
    this.around.print({ code: "unknown command", ...answer, answer: command });
  }

  private get joined(): NERoomContext {
    if (!this.room) throw new Error("not in a room");
    return this.room;
  }

  private get chat() {
    const { chatController } = this.joined;
    if (!chatController) throw new Error("the room has no chat");
    return chatController;
  }

  private async initialize(): Promise<void> {
    const { appKey, serverUrl } = this.around;
    // With an IM login of the app's own RoomKit reuses it.
    await this.kit.initialize(this.nim ? { appKey, im: this.nim } : { appKey, serverUrl });
  }

  private async join(words: Words, kickOtherDevice: boolean): Promise<Line> {
    const [roomUuid, password, role] = [words.next(), words.next(), words.next()];
    const { data } = await this.kit.roomService.joinRoom(
      {
        roomUuid,
        role,
        userName: words.rest(),
        kickOtherDevice,
        initialProperties: {},
        ...(password === "-" ? {} : { password }),
      },
      {},
    );
    this.room = data;
    this.listen(data);
    return {};
  }

  private async sent(sending: Promise<{ data: { messageUuid: string } | null }>): Promise<Line> {
    return { message: (await sending).data?.messageUuid };
  }

  private get rtc() {
    const { rtcController } = this.joined;
    if (!rtcController) throw new Error("the room has no calls");
    return rtcController;
  }

  /** Takes part in the room's call, with microphone and camera. */
  private async call(): Promise<Line> {
    this.joined.addRtcStatsListener({
      onRemoteAudioStats: (stats) => {
        const heard = stats.filter(({ recvBitrate }) => recvBitrate > 0);
        this.arrives.sound = new Set(heard.map((one) => (one as { userUuid?: string }).userUuid ?? ""));
      },
      onRemoteVideoStats: (stats) => {
        const seen = stats.filter(({ receivedBitRate }) => receivedBitRate > 0);
        this.arrives.picture = new Set(seen.map(({ userUuid }) => userUuid));
      },
    });
    this.rtc.setLocalVideoConfig(CAMERA);
    await this.rtc.joinRtcChannel();
    await this.rtc.unmuteMyAudio();
    await this.rtc.unmuteMyVideo();
    return {};
  }

  private async watch(userUuid: string): Promise<Line> {
    const tile = document.body.appendChild(document.createElement("div"));
    tile.style.cssText = "width:320px;height:180px";
    this.rtc.setupRemoteVideoCanvas(tile, userUuid);
    await this.rtc.subscribeRemoteVideoStream(userUuid, HIGH);
    return {};
  }

  /** Waits until a member's sound or picture arrives, or does not any more. */
  private async arriving(kind: "sound" | "picture", userUuid: string, wanted: boolean): Promise<Line> {
    const until = Date.now() + CALL_PATIENCE_MS;
    while (this.arrives[kind].has(userUuid) !== wanted) {
      if (Date.now() > until) throw new Error(`${kind} of ${userUuid}: ${wanted ? "nothing comes" : "it still comes"}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return {};
  }

  private readonly calls: Record<string, (words: Words) => Promise<Line | undefined>> = {
    ready: () => this.nothing(undefined),
    "im-log-in": async (words) => {
      const { appKey, serverUrl } = this.around;
      const options = { appKey, serverUrl, account: words.next(), token: words.next() };
      this.nim = NERoom.reuseIM(NIM).getInstance(options);
      return this.nothing(this.nim.connect());
    },
    "im-log-out": () => this.nothing(this.nim?.disconnect()),
    "log-in": async (words) => {
      await this.initialize();
      return this.nothing(this.kit.authService.login(words.next(), words.next()));
    },
    "log-out": () => this.nothing(this.kit.authService.logout()),
    create: (words) => {
      const [roomUuid, password] = [words.next(), words.next()];
      const room = { roomUuid, password, roomName: words.rest(), templateId: MEETING, initialProperties: {} };
      return this.nothing(this.kit.roomService.createRoom(room, { enableChatroom: true }));
    },
    join: (words) => this.join(words, false),
    "join-alone": (words) => this.join(words, true),
    devices: async (words) => {
      const { data } = await this.kit.roomService.getMyInRoomDeviceList(words.next());
      return { devices: devicesOf(data[0]?.deviceList ?? []) };
    },
    archive: async (words) => {
      const { data } = await this.kit.roomService.fetchChatroomHistoryMessages(words.next(), OLDEST_FIRST);
      return { messages: data.map(lineOf) };
    },
    mirror: async () => ({ mirror: mirrorOf(this.joined) }),
    lock: () => this.nothing(this.joined.lockRoom()),
    unlock: () => this.nothing(this.joined.unlockRoom()),
    set: (words) => this.nothing(this.joined.updateRoomProperty(words.next(), words.rest())),
    unset: (words) => this.nothing(this.joined.deleteRoomProperty(words.next())),
    leave: () => this.nothing(this.joined.leaveRoom(1)),
    end: () => this.nothing(this.joined.endRoom(true)),
    rename: (words) => this.nothing(this.joined.changeMemberName(words.next(), words.rest())),
    role: (words) => this.nothing(this.joined.changeMemberRole(words.next(), words.next())),
    "hand-over": (words) => this.nothing(this.joined.handOverMyRole(words.next())),
    "set-of": (words) => this.nothing(this.joined.updateMemberProperty(words.next(), words.next(), words.rest())),
    "unset-of": (words) => this.nothing(this.joined.deleteMemberProperty(words.next(), words.next())),
    kick: (words) => this.nothing(this.joined.kickMemberOut(words.next())),
    "kick-for-good": (words) => this.nothing(this.joined.kickMemberOut(words.next(), true)),
    ban: (words) => this.nothing(this.chat.banMemberChat(words.next(), words.number())),
    unban: (words) => this.nothing(this.chat.unbanMemberChat(words.next())),
    "enter-chat": () => this.nothing(this.chat.joinChatroom()),
    "leave-chat": () => this.nothing(this.chat.leaveChatroom()),
    say: (words) => this.sent(this.chat.sendBroadcastTextMessage(words.rest())),
    tell: (words) => this.sent(this.chat.sendDirectTextMessage(words.next(), words.rest())),
    recall: (words) => this.nothing(this.chat.recallChatroomMessage(words.next(), Date.now())),
    call: () => this.call(),
    "hang-up": () => this.nothing(this.rtc.leaveRtcChannel()),
    microphone: () => this.nothing(this.rtc.unmuteMyAudio()),
    mute: (words) => this.nothing(this.rtc.muteMemberAudio(words.next())),
    "mute-picture": (words) => this.nothing(this.rtc.muteMemberVideo(words.next())),
    watch: (words) => this.watch(words.next()),
    hears: (words) => this.arriving("sound", words.next(), words.next() === "yes"),
    sees: (words) => this.arriving("picture", words.next(), words.next() === "yes"),
    share: () => this.nothing(this.rtc.startScreenShare()),
    "stop-sharing": () => this.nothing(this.rtc.stopScreenShare()),
    people: async () => ({ people: (await this.chat.fetchChatRoomMembers(1, 100)).map(({ nick }) => nick) }),
    history: async () => {
      const { data } = await this.chat.fetchChatroomHistoryMessages(OLDEST_FIRST, COMMON);
      return { messages: data.map(lineOf) };
    },
    upload: async (words) => {
      const blob = await this.around.choose(words.rest());
      return { url: (await this.kit.nosService.uploadResource({ blob, type: "file" })).data };
    },
    send: async (words) => this.sent(this.chat.sendFileMessage("", await this.around.choose(words.rest()))),
    fetch: (words) => this.nothing(this.chat.downloadAttachment(this.file.messageUuid, this.file.url, words.rest())),
    download: (words) => this.nothing(this.chat.downloadAttachment("download", words.next(), words.rest())),
    command: (words) =>
      this.nothing(
        this.kit.messageChannelService.sendCustomMessageToRoom(this.joined.roomUuid, words.number(), words.rest()),
      ),
    "command-to": (words) => {
      const { roomUuid } = this.joined;
      const [user, number] = [words.next(), words.number()];
      return this.nothing(this.kit.messageChannelService.sendCustomMessage(roomUuid, user, number, words.rest()));
    },
    "command-to-role": (words) => {
      const { roomUuid } = this.joined;
      const [role, number] = [words.next(), words.number()];
      const { messageChannelService } = this.kit;
      return this.nothing(messageChannelService.sendCustomMessageToRoles(roomUuid, number, [role], words.rest()));
    },
  };

  /** A call that answers nothing but its code. */
  private async nothing(call: Promise<unknown> | undefined): Promise<Line> {
    await call;
    return {};
  }

  /** Prints what happens in the room, each event as a line. */
  private listen(room: NERoomContext): void {
    const told = (line: Line) => this.around.print(line);
    const presence = (members: NERoomMember[], present: boolean) => {
      for (const { uuid } of members) told({ event: "chat-presence", user: uuid, present });
    };
    room.addRoomListener({
      onMemberJoinRoom: (members) => {
        for (const { uuid, name, role } of members) told({ event: "joined", user: uuid, name, role: role.name });
      },
      onMemberLeaveRoom: (members) => {
        for (const member of members) told({ event: "left", user: userOf(member) });
      },
      onMemberConnectedDeviceListChanged: ({ uuid, connectedDeviceList }) =>
        told({ event: "devices", user: uuid, count: connectedDeviceList.length }),
      onMemberNameChanged: (member, name) => told({ event: "name", user: userOf(member), name }),
      onMemberRoleChanged: (member, before, after) =>
        told({ event: "role", user: userOf(member), before: before.name, after: after.name }),
      onMemberPropertiesChanged: (member, properties) =>
        told({ event: "member-set", user: userOf(member), properties }),
      onMemberPropertiesDeleted: (user, properties) => told({ event: "member-unset", user, properties }),
      onMemberJoinChatroom: (members) => presence(members, true),
      onMemberLeaveChatroom: (members) => presence(members, false),
      onMemberChatBanStateChanged: ({ uuid }, banned, seconds, _ext, by) =>
        told({ event: "chat-ban", user: uuid, banned, seconds, by: by?.uuid ?? "" }),
      onRoomPropertiesChanged: (properties) => told({ event: "set", properties }),
      onRoomPropertiesDeleted: (properties) => told({ event: "unset", properties }),
      onRoomLockStateChanged: (locked) => told({ event: "lock", locked }),
      onRoomEnded: (reason) => told({ event: "ended", reason }),
      onReceiveChatroomMessages: (messages) => {
        for (const message of messages) {
          if (message.messageType === "file") this.file = message;
          told(lineOf(message));
        }
      },
      onCaptionStateChanged: () => {},
    });
  }
}

Object.assign(window, { meet: (around: Surroundings) => new Member(around) });
