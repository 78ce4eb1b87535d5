import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { JoinedRoom } from "../core/joined.js";
import {
  ChatHistorySchema,
  ChatMembersSchema,
  type ChatMessage,
  type ChatNotice,
  ChatRecallSchema,
  ChatSendSchema,
} from "../gen/chat_pb.js";
import type { FileRef } from "../gen/file_pb.js";
import { RoomBanKind } from "../gen/room_pb.js";
import type { Driver } from "../shell/driver.js";
import { absolute, download, fileInput, save, upload } from "../shell/file.js";
import { randomId } from "../shell/tab.js";
import type { RoomContext } from "./context.js";
import {
  type NEChatRoomMember,
  type NEChatRoomMemberQueryType,
  NEChatroomType,
  NEErrorMessage,
  type NEResult,
  type NERoomChatController,
  NERoomChatMessageType,
  type NERoomFileMessage,
  type NERoomMessage,
  type NIMChatroomMessage,
} from "./published/index.js";
import { answering, askOf, notSupported, refused } from "./result.js";

type Body = MessageInitShape<typeof ChatSendSchema>["body"];

/** The chat of one room: messages are delivered from the moment this device joins it. */
export class ChatController implements NERoomChatController {
  /** Uploads and downloads under way, by message. */
  private readonly transfers = new Map<string, AbortController>();

  constructor(
    private readonly driver: Driver,
    private readonly room: JoinedRoom,
    private readonly context: RoomContext,
  ) {}

  get isSupported(): boolean {
    return this.room.chatRoomId !== 0n;
  }

  joinChatroom(chatroomType = NEChatroomType.COMMON): Promise<NEResult<null>> {
    if (chatroomType !== NEChatroomType.COMMON) return notSupported();
    return this.context.act({ case: "chatPresence", value: { present: true } });
  }

  leaveChatroom(chatroomType = NEChatroomType.COMMON): Promise<NEResult<null>> {
    if (chatroomType !== NEChatroomType.COMMON) return notSupported();
    return this.context.act({ case: "chatPresence", value: { present: false } });
  }

  sendBroadcastTextMessage(
    message: string,
    chatroomType?: NEChatroomType,
    custom?: string,
  ): Promise<NEResult<NIMChatroomMessage>> {
    return this.sendTextMessage("", message, [], chatroomType, custom);
  }

  sendDirectTextMessage(
    userUuid: string,
    message: string,
    chatroomType?: NEChatroomType,
    custom?: string,
  ): Promise<NEResult<NIMChatroomMessage>> {
    return this.sendTextMessage("", message, [userUuid], chatroomType, custom);
  }

  sendGroupTextMessage(
    userUuids: string[],
    message: string,
    chatroomType?: NEChatroomType,
    custom?: string,
  ): Promise<NEResult<NIMChatroomMessage>> {
    return this.sendTextMessage("", message, userUuids, chatroomType, custom);
  }

  /** `messageUuid` "" lets the SDK choose one; a repeat of the same uuid is the same message. */
  sendTextMessage(
    messageUuid: string,
    message: string,
    userUuids: string[] = [],
    chatroomType?: NEChatroomType,
    custom = "",
  ): Promise<NEResult<NIMChatroomMessage>> {
    return this.send(messageUuid, userUuids, { case: "text", value: { text: message } }, chatroomType, custom);
  }

  sendBroadcastCustomMessage(message: string, chatroomType?: NEChatroomType): Promise<NEResult<NIMChatroomMessage>> {
    return this.send("", [], { case: "custom", value: { attach: message } }, chatroomType);
  }

  /** `fileBlob`: the file, or the id of an `<input type="file">`. */
  sendFileMessage(
    messageUuid: string,
    fileBlob: string | Blob,
    userUuids: string[] = [],
    chatroomType?: NEChatroomType,
  ): Promise<NEResult<NIMChatroomMessage>> {
    return this.sendFile(messageUuid, fileBlob, userUuids, chatroomType, (file) => ({ case: "file", value: { file } }));
  }

  sendImageMessage(
    messageUuid: string,
    imageBlob: string | Blob,
    width: number,
    height: number,
    userUuids: string[] = [],
    chatroomType?: NEChatroomType,
  ): Promise<NEResult<NIMChatroomMessage>> {
    return this.sendFile(messageUuid, imageBlob, userUuids, chatroomType, (file) => ({
      case: "image",
      value: { file, width, height },
    }));
  }

  cancelSendFileMessage(messageUuid: string): Promise<NEResult<null>> {
    return this.cancel(messageUuid);
  }

  /** Fetches an attachment and hands it to the browser as a download named `path`. */
  downloadAttachment(messageUUID: string, url: string, path: string): Promise<NEResult<void>> {
    const transfer = this.begin(messageUUID);
    const work = download(this.driver, url, transfer.signal, (done, total) => this.progress(messageUUID, done, total));
    const saved = work.then((blob) => save(blob, path)).finally(() => this.transfers.delete(messageUUID));
    return answering(saved);
  }

  async cancelDownloadAttachment(messageUUID: string): Promise<NEResult<void>> {
    const result = await this.cancel(messageUUID);
    return { ...result, data: undefined };
  }

  recallChatroomMessage(messageUUID: string, _messageTime: number): Promise<NEResult<null>> {
    const value = create(ChatRecallSchema, { archiveId: this.room.archiveId, messageUuid: messageUUID });
    return answering(askOf(this.driver, { case: "chatRecall", value }).then(() => null));
  }

  /** `order` 1 begins with the oldest after `startTime`, otherwise the newest before it; at most 100 at once. */
  fetchChatroomHistoryMessages(
    option: { limit?: number; msgTypes?: string[]; order?: number; startTime?: number },
    chatroomType = NEChatroomType.COMMON,
  ): Promise<NEResult<NIMChatroomMessage[]>> {
    if (chatroomType !== NEChatroomType.COMMON) return notSupported();
    const value = create(ChatHistorySchema, chatHistoryOf(this.room.archiveId, option));
    return answering(
      askOf(this.driver, { case: "chatHistory", value }).then((body) =>
        body.case === "chatHistory"
          ? body.value.messages.flatMap((message) => messageOf(this.driver, message) ?? [])
          : [],
      ),
    );
  }

  /** Unlike the other calls, this one resolves with the members themselves. */
  async fetchChatRoomMembers(type: NEChatRoomMemberQueryType, limit: number): Promise<NEChatRoomMember[]> {
    const value = create(ChatMembersSchema, { archiveId: this.room.archiveId, type, limit });
    const { data } = await answering(askOf(this.driver, { case: "chatMembers", value }));
    return data.case === "chatMembers" ? data.value.members.map(({ nick, avatar }) => ({ nick, avatar })) : [];
  }

  /** `duration` in seconds, 0 = until it is lifted. */
  banMemberChat(userUuid: string, duration: number, notifyExt = ""): Promise<NEResult<null>> {
    const ban = { userUuid, kind: RoomBanKind.CHAT, banned: true, durationS: BigInt(Math.trunc(duration)), notifyExt };
    return this.context.act({ case: "ban", value: ban });
  }

  unbanMemberChat(userUuid: string, notifyExt = ""): Promise<NEResult<null>> {
    const ban = { userUuid, kind: RoomBanKind.CHAT, banned: false, notifyExt };
    return this.context.act({ case: "ban", value: ban });
  }

  /** Told by the room service. */
  received(message: ChatMessage): void {
    const shown = messageOf(this.driver, message);
    if (shown) this.context.tell((listener) => listener.onReceiveChatroomMessages?.([shown]));
  }

  private send(
    messageUuid: string,
    to: string[],
    body: Body,
    chatroomType = NEChatroomType.COMMON,
    ext = "",
  ): Promise<NEResult<NIMChatroomMessage>> {
    if (chatroomType !== NEChatroomType.COMMON) return notSupported();
    if (!this.room.chat.present) return refused("Failure", NEErrorMessage.NOT_JOIN_CHATROOM);
    const { archiveId } = this.room;
    const value = create(ChatSendSchema, { archiveId, messageUuid: messageUuid || randomId(), to, ext, body });
    return answering(
      askOf(this.driver, { case: "chatSend", value }).then((reply) => {
        const sent =
          reply.case === "chatSend" && reply.value.message ? messageOf(this.driver, reply.value.message) : null;
        if (!sent) throw new TypeError("the server did not say what it sent");
        return sent;
      }),
    );
  }

  private async sendFile(
    given: string,
    blob: string | Blob,
    to: string[],
    chatroomType: NEChatroomType | undefined,
    body: (file: FileRef) => Body,
  ): Promise<NEResult<NIMChatroomMessage>> {
    const messageUuid = given || randomId();
    const file = typeof blob === "string" ? fileInput(blob) : blob;
    if (!file) return refused("InvalidParameter", NEErrorMessage.NO_MESSAGE_CONTENT);
    if (!this.room.chat.present) return refused("Failure", NEErrorMessage.NOT_JOIN_CHATROOM);
    const transfer = this.begin(messageUuid);
    const progress = (sent: number, total: number) => this.progress(messageUuid, sent, total);
    try {
      const { data } = await answering(upload(this.driver, file, transfer.signal, progress));
      return await this.send(messageUuid, to, body(data), chatroomType);
    } finally {
      this.transfers.delete(messageUuid);
    }
  }

  private begin(messageUuid: string): AbortController {
    const transfer = new AbortController();
    this.transfers.set(messageUuid, transfer);
    return transfer;
  }

  private cancel(messageUuid: string): Promise<NEResult<null>> {
    const transfer = this.transfers.get(messageUuid);
    if (!transfer) return refused("NotFound");
    transfer.abort();
    return Promise.resolve({ code: 0, message: "success", data: null });
  }

  private progress(messageUuid: string, transferred: number, total: number): void {
    this.context.tell((listener) => listener.onChatroomMessageAttachmentProgress?.(messageUuid, transferred, total));
  }
}

/** A history request; `order` 1 = the oldest first. */
export function chatHistoryOf(
  archiveId: bigint,
  option: { limit?: number; msgTypes?: string[]; order?: number; startTime?: number },
): MessageInitShape<typeof ChatHistorySchema> {
  const { limit = 100, msgTypes = [], order = 0, startTime = 0 } = option;
  return { archiveId, fromMs: BigInt(Math.trunc(startTime)), limit, oldestFirst: order === 1, kinds: msgTypes };
}

/** A message as an app sees it; null for one that was recalled, or is not for this receiver. */
export function messageOf(driver: Driver, message: ChatMessage): NIMChatroomMessage | null {
  const { body, sender } = message;
  const common: Omit<NERoomMessage, "messageType"> = {
    messageUuid: message.messageUuid,
    fromUserUuid: sender?.userUuid ?? "",
    fromNick: sender?.nick ?? "",
    fromAvatar: sender?.avatar ?? "",
    toUserUuidList: message.to,
    time: Number(message.atMs),
    chatroomType: NEChatroomType.COMMON,
    custom: message.ext,
  };
  switch (body.case) {
    case "text":
      return { ...common, messageType: NERoomChatMessageType.TEXT, text: body.value.text };
    case "custom":
      return { ...common, messageType: NERoomChatMessageType.CUSTOM, attachStr: body.value.attach };
    case "file":
      return { ...common, ...fileOf(driver, body.value.file), messageType: NERoomChatMessageType.FILE };
    case "image": {
      const { width, height, file } = body.value;
      return { ...common, ...fileOf(driver, file), messageType: NERoomChatMessageType.IMAGE, width, height };
    }
    case "notice":
      return { ...common, messageType: NERoomChatMessageType.NOTIFICATION, attachStr: noticeOf(body.value) };
    default:
      return null;
  }
}

type FileShape = Pick<NERoomFileMessage, "displayName" | "extension" | "md5" | "path" | "size" | "url">;

function fileOf(driver: Driver, file: FileRef | undefined): FileShape {
  return {
    displayName: file?.name ?? "",
    extension: file?.extension ?? "",
    md5: file?.md5 ?? "",
    size: Number(file?.sizeBytes ?? 0n),
    url: absolute(driver, file?.url ?? ""),
    path: "",
  };
}

/** A notification as JSON text: `type` is 301 for who came, 302 for who left, 323 for a recall. */
function noticeOf(notice: ChatNotice): string {
  const { type, member, recalledMessageUuid, recalledAtMs, operateBy } = notice;
  const memberInfo = member && { userUuid: member.userUuid, nick: member.nick, avatar: member.avatar };
  const messageUuid = recalledMessageUuid || undefined;
  const messageTime = messageUuid && Number(recalledAtMs);
  return JSON.stringify({ type, memberInfo, messageUuid, messageTime, operateBy: operateBy || undefined });
}

/** One line for each message, fields quoted as RFC 4180 has it. */
export function csvOf(messages: readonly NIMChatroomMessage[]): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const line = (message: NIMChatroomMessage) => {
    let content = "";
    if ("text" in message) content = message.text;
    else if ("attachStr" in message) content = message.attachStr;
    else if ("url" in message) content = message.url;
    const time = new Date(message.time).toISOString();
    return [time, message.fromUserUuid, message.fromNick, message.messageType, content].map(quoted).join(",");
  };
  return ["time,userUuid,nick,type,content", ...messages.map(line)].join("\r\n");
}
