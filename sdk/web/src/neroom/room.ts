import { create } from "@bufbuild/protobuf";
import type { Event, ReplyBody, RequestBody } from "../core/api.js";
import { ChatHistorySchema } from "../gen/chat_pb.js";
import { MyRoomDevicesSchema, RoomCreateSchema, RoomJoinSchema } from "../gen/room_pb.js";
import type { Driver } from "../shell/driver.js";
import { chatHistoryOf, csvOf, messageOf } from "./chat.js";
import { RoomContext } from "./context.js";
import { PreviewRoomContext } from "./media/preview.js";
import { deviceOf } from "./member.js";
import type {
  NECreateRoomOptions,
  NECreateRoomParams,
  NEInRoomDeviceListItem,
  NEJoinRoomOptions,
  NEJoinRoomParams,
  NEPreviewRoomContext,
  NEPreviewRoomOptions,
  NEPreviewRoomParams,
  NEResult,
  NERoomService,
  NIMChatroomMessage,
} from "./published/index.js";
import { answering, askOf, done, notSupported, refused } from "./result.js";

/** Creates and joins rooms, and knows those that this device is in. */
export class RoomService implements NERoomService {
  private readonly contexts = new Map<bigint, RoomContext>();
  private preview: PreviewRoomContext | null = null;

  constructor(private readonly driver: () => Driver | null) {}

  /** Makes a room; nobody is in it yet. */
  createRoom(params: NECreateRoomParams, options?: Partial<NECreateRoomOptions>): Promise<NEResult<null>> {
    const value = create(RoomCreateSchema, {
      roomUuid: params.roomUuid,
      roomName: params.roomName,
      templateId: BigInt(params.templateId),
      password: params.password ?? "",
      properties: params.initialProperties ?? {},
      resources: {
        rtc: options?.enableRtc ?? true,
        chatroom: options?.enableChatroom ?? false,
        whiteboard: options?.enableWhiteboard ?? false,
        record: options?.enableRecord ?? false,
        live: options?.enableLive ?? false,
        waitingRoom: options?.enableWaitingRoom ?? false,
        seat: params.seatInitParams !== undefined,
      },
    });
    return this.ask({ case: "roomCreate", value }, () => null);
  }

  /** Joins a room; on the devices of this account that are in already, the room ends unless `kickOtherDevice` is false. */
  joinRoom(params: NEJoinRoomParams, _options?: NEJoinRoomOptions): Promise<NEResult<RoomContext>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    if (params.crossAppAuthorization) return notSupported();
    const value = create(RoomJoinSchema, {
      roomUuid: params.roomUuid,
      userName: params.userName,
      avatar: params.avatar ?? "",
      role: params.role,
      password: params.password ?? "",
      properties: params.initialProperties ?? {},
      kickOtherDevice: params.kickOtherDevice ?? true,
    });
    return answering(
      driver.call({ type: "ask", body: { case: "roomJoin", value } }).then((answer) => {
        const context = answer.type === "joined" ? this.contextOf(driver, answer.archiveId) : undefined;
        if (!context) throw new TypeError("the room is over already");
        return context;
      }),
    );
  }

  /** A room that this device is in: joined here, or taken up again after the page was loaded anew. */
  getRoomContext(roomUuid: string): RoomContext | null {
    const driver = this.driver();
    const room = driver?.machine.rooms.named(roomUuid);
    return driver && room ? (this.contextOf(driver, room.archiveId) ?? null) : null;
  }

  /** What this account's devices are in; without a room's uuid, everywhere. */
  getMyInRoomDeviceList(roomUuid = ""): Promise<NEResult<NEInRoomDeviceListItem[]>> {
    const value = create(MyRoomDevicesSchema, { roomUuid });
    return this.ask({ case: "myRoomDevices", value }, (body) =>
      body.case !== "myRoomDevices"
        ? []
        : body.value.rooms.map(({ roomUuid, multiDevice, endpoints }) => ({
            roomUuid,
            isMultiDeviceEnabled: multiDevice,
            deviceList: endpoints.map(deviceOf),
          })),
    );
  }

  /** The chat of a room, also after its end, for those who were in it. `order` 1 begins with the oldest. */
  fetchChatroomHistoryMessages(
    roomArchiveId: string,
    option: { limit?: number; order?: number; startTime?: number },
  ): Promise<NEResult<NIMChatroomMessage[]>> {
    const value = create(ChatHistorySchema, chatHistoryOf(BigInt(roomArchiveId), option));
    return this.ask({ case: "chatHistory", value }, chatMessagesOf);
  }

  /** The chat of a room as CSV text: time, sender, name, kind, content. */
  async exportChatroomHistoryMessages(roomArchiveId: string): Promise<NEResult<string>> {
    const all: NIMChatroomMessage[] = [];
    for (let startTime = 0; ; ) {
      const { data } = await this.fetchChatroomHistoryMessages(roomArchiveId, { limit: 100, order: 1, startTime });
      const fresh = data.filter(({ messageUuid }) => !all.some((known) => known.messageUuid === messageUuid));
      all.push(...fresh);
      const last = fresh.at(-1);
      if (data.length < 100 || !last) return done(csvOf(all));
      startTime = last.time;
    }
  }

  previewRoom(_params: NEPreviewRoomParams, _options: NEPreviewRoomOptions): Promise<NEResult<NEPreviewRoomContext>> {
    return Promise.resolve(done(this.getPreviewRoomContext()));
  }

  getPreviewRoomContext(): PreviewRoomContext {
    this.preview ??= new PreviewRoomContext();
    return this.preview;
  }

  readonly joinRoomByInvite = notSupported;
  readonly rejectInvite = notSupported;
  readonly getRoomCloudRecordList = notSupported;

  destroy(): void {
    this.contexts.clear();
  }

  /** Told by RoomKit: routes what happened to its room. */
  noticed(driver: Driver, event: Event): void {
    if (event.type === "chat") {
      this.contextOf(driver, event.archiveId)?.chatController.received(event.message);
    } else if (event.type === "media") {
      this.contextOf(driver, event.push.value.archiveId)?.noticed(event);
    } else if (event.type === "roomEvent" || event.type === "roomConnection") {
      this.contextOf(driver, event.archiveId)?.noticed(event);
    } else if (event.type === "roomEnded") {
      const context = this.contexts.get(event.archiveId);
      this.contexts.delete(event.archiveId);
      context?.noticed(event);
    }
  }

  /** A request whose reply is shown by `shape`. */
  private ask<T>(body: RequestBody, shape: (body: ReplyBody, driver: Driver) => T): Promise<NEResult<T>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    return answering(askOf(driver, body).then((reply) => shape(reply, driver)));
  }

  private contextOf(driver: Driver, archiveId: bigint): RoomContext | undefined {
    const known = this.contexts.get(archiveId);
    const room = driver.machine.rooms.get(archiveId);
    if (known || !room) return known;
    const context = new RoomContext(driver, room);
    this.contexts.set(archiveId, context);
    return context;
  }
}

function chatMessagesOf(body: ReplyBody, driver: Driver): NIMChatroomMessage[] {
  return body.case === "chatHistory" ? body.value.messages.flatMap((message) => messageOf(driver, message) ?? []) : [];
}
