import type {
  NEChatRoomMemberQueryType,
  NEChatroomType,
  NEMessageSearchOrder,
  NERoomChatMessageType,
  NERoomSessionTypeEnum,
} from "./enums.js";
import type { NEResult } from "./room.js";

export interface NEMessageChannelListener {
  onCustomMessageReceived?(message: NECustomMessage): void;
  onDeleteAllSessionMessage?(sessionId: string, sessionType: NERoomSessionTypeEnum): void;
  onSessionMessageDeleted?(data: NECustomSessionMessage): void;
  onSessionMessageReceived?(data: NECustomSessionMessage): void;
  onSessionMessageRecentChanged?(data: NERoomRecentSession[]): void;
}

/** Custom signalling between people, outside the chat. */
export interface NEMessageChannelService {
  addMessageChannelListener(listener: NEMessageChannelListener): void;
  clearUnreadCount(sessionId: string, sessionType: NERoomSessionTypeEnum): Promise<NEResult<null>>;
  deleteAllSessionMessage(sessionId: string, sessionType: NERoomSessionTypeEnum): Promise<NEResult<null>>;
  deleteSessionMessage(
    sessionId: string,
    sessionType: NERoomSessionTypeEnum,
    messageId: string,
  ): Promise<NEResult<null>>;
  getSessionMessagesHistory(param: NERoomGetSessionMessagesHistoryParam): Promise<NEResult<NECustomSessionMessage[]>>;
  queryUnreadMessageList(
    sessionId: string,
    sessionType: NERoomSessionTypeEnum,
  ): Promise<NEResult<NECustomSessionMessage[]>>;
  removeMessageChannelListener(listener: NEMessageChannelListener): void;
  sendCustomMessage(roomUuid: string, userUuid: string, commandId: number, data: string): Promise<NEResult<null>>;
  sendCustomMessageToRoles(roomUuid: string, commandId: number, roles: string[], data: string): Promise<NEResult<null>>;
  sendCustomMessageToRoom(roomUuid: string, commandId: number, data: string): Promise<NEResult<null>>;
}

export interface NECustomMessage {
  commandId: number;
  data: Record<string, unknown> | string;
  roomUuid: string;
  senderUuid: string;
}

export interface NECustomSessionMessage {
  data: unknown;
  messageId: string;
  sessionId: string;
  sessionType: NERoomSessionTypeEnum;
  time: number;
}

export interface NERoomGetSessionMessagesHistoryParam {
  fromTime?: number;
  limit?: number;
  order?: NEMessageSearchOrder;
  sessionId: string;
  sessionType: NERoomSessionTypeEnum;
  toTime?: number;
}

export interface NERoomRecentSession {
  content?: string;
  fromAccount?: string;
  fromNick?: string;
  recentMessageId?: string;
  sessionId: string;
  sessionType: NERoomSessionTypeEnum;
  time: number;
  unreadCount: number;
}

/** The chat of a room. */
export interface NERoomChatController {
  isSupported: boolean;
  cancelSendFileMessage(messageUuid: string, chatroomType?: NEChatroomType): Promise<NEResult<null>>;
  fetchChatRoomMembers(
    type: NEChatRoomMemberQueryType,
    limit: number,
    chatroomType?: NEChatroomType,
  ): Promise<NEChatRoomMember[]>;
  joinChatroom(chatroomType?: NEChatroomType): Promise<NEResult<null>>;
  leaveChatroom(chatroomType?: NEChatroomType): Promise<NEResult<null>>;
  sendBroadcastCustomMessage(
    message: string,
    chatroomType?: NEChatroomType,
  ): Promise<NEResult<null | NIMChatroomMessage>>;
  sendBroadcastTextMessage(
    message: string,
    chatroomType?: NEChatroomType,
    custom?: string,
  ): Promise<NEResult<null | NIMChatroomMessage>>;
  sendDirectTextMessage(
    userUuid: string,
    message: string,
    chatroomType?: NEChatroomType,
    custom?: string,
  ): Promise<NEResult<null | NIMChatroomMessage>>;
  sendFileMessage(
    messageUuid: string,
    fileBlob: string | Blob,
    userUuids?: string[],
    chatroomType?: NEChatroomType,
  ): Promise<NEResult<NIMChatroomMessage>>;
  sendGroupTextMessage(
    userUuids: string[],
    message: string,
    chatroomType?: NEChatroomType,
    custom?: string,
  ): Promise<NEResult<null | NIMChatroomMessage>>;
  sendImageMessage(
    messageUuid: string,
    imageBlob: string | Blob,
    width: number,
    height: number,
    userUuids?: string[],
    chatroomType?: NEChatroomType,
  ): Promise<NEResult<NIMChatroomMessage>>;
  sendTextMessage(
    messageUuid: string,
    message: string,
    userUuids?: string[],
    chatroomType?: NEChatroomType,
    custom?: string,
  ): Promise<NEResult<NIMChatroomMessage>>;
  banMemberChat(userUuid: string, duration: number, notifyExt?: string): Promise<NEResult<null>>;
  cancelDownloadAttachment(messageUUID: string, chatroomType?: NEChatroomType): Promise<NEResult<void>>;
  downloadAttachment(
    messageUUID: string,
    url: string,
    path: string,
    chatroomType?: NEChatroomType,
  ): Promise<NEResult<void>>;
  fetchChatroomHistoryMessages(
    option: { limit?: number; msgTypes?: string[]; order?: number; startTime?: number },
    chatroomType: NEChatroomType,
  ): Promise<NEResult<NIMChatroomMessage[]>>;
  recallChatroomMessage(
    messageUUID: string,
    messageTime: number,
    chatroomType?: NEChatroomType,
  ): Promise<NEResult<null>>;
  unbanMemberChat(userUuid: string, notifyExt?: string): Promise<NEResult<null>>;
}

export interface NEChatRoomMember {
  avatar?: string;
  nick: string;
}

export interface NERoomMessage {
  chatroomType: NEChatroomType;
  fromAvatar: string;
  fromNick: string;
  fromUserUuid: string;
  /** Chosen by the sender; names the message in recalls. */
  messageUuid: string;
  /** The app's own text beside the content. */
  custom?: string;
  messageType: NERoomChatMessageType;
  time: number;
  toUserUuidList?: string[];
}

export type NERoomTextMessage = NERoomMessage & { messageType: NERoomChatMessageType.TEXT; text: string };

export type NERoomCustomMessage = NERoomMessage & { attachStr: string; messageType: NERoomChatMessageType.CUSTOM };

export type NERoomFileMessage = NERoomMessage & {
  displayName: string;
  extension: string;
  md5: string;
  messageType: NERoomChatMessageType.FILE;
  path: string;
  size: number;
  url: string;
};

export type NERoomImageMessage = Omit<NERoomFileMessage, "messageType"> & {
  height: number;
  messageType: NERoomChatMessageType.IMAGE;
  width: number;
};

export type NERoomNotificationMessage = NERoomMessage & {
  attachStr: string;
  messageType: NERoomChatMessageType.NOTIFICATION;
};

/** Any message of a room's chat. */
export type NERoomAnyMessage =
  | NERoomTextMessage
  | NERoomCustomMessage
  | NERoomFileMessage
  | NERoomImageMessage
  | NERoomNotificationMessage;

/** A message as a send, the history and an export give it. */
export type NIMChatroomMessage = NERoomAnyMessage;
