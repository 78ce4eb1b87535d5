import { create } from "@bufbuild/protobuf";
import type { Command } from "../core/api.js";
import { UserSendSchema } from "../gen/chat_pb.js";
import { RoomActSchema } from "../gen/room_pb.js";
import type { Driver } from "../shell/driver.js";
import { Listeners } from "./listeners.js";
import type { NEMessageChannelListener, NEMessageChannelService, NEResult } from "./published/index.js";
import { answering, askOf, notSupported, refused } from "./result.js";

/** Custom signalling: to one person, to a room, to the roles in it. Command ids of apps are 10000 to 19999. */
export class MessageChannelService implements NEMessageChannelService {
  private readonly listeners = new Listeners<NEMessageChannelListener>();

  constructor(private readonly driver: () => Driver | null) {}

  addMessageChannelListener(listener: NEMessageChannelListener): void {
    this.listeners.add(listener);
  }

  removeMessageChannelListener(listener: NEMessageChannelListener): void {
    this.listeners.remove(listener);
  }

  /** With a room, both must be in it; with "" the person only has to exist. Reaches all devices of the person. */
  sendCustomMessage(roomUuid: string, userUuid: string, commandId: number, data: string): Promise<NEResult<null>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    const value = create(UserSendSchema, { roomUuid, userUuid, commandId, data });
    return answering(askOf(driver, { case: "userSend", value }).then(() => null));
  }

  /** To everybody in a room that this device is in. */
  sendCustomMessageToRoom(roomUuid: string, commandId: number, data: string): Promise<NEResult<null>> {
    return this.toRoom(roomUuid, commandId, data, []);
  }

  /** To the members with one of the roles; no role = everybody. */
  sendCustomMessageToRoles(
    roomUuid: string,
    commandId: number,
    roles: string[],
    data: string,
  ): Promise<NEResult<null>> {
    return this.toRoom(roomUuid, commandId, data, roles);
  }

  readonly queryUnreadMessageList = notSupported;
  readonly clearUnreadCount = notSupported;
  readonly deleteSessionMessage = notSupported;
  readonly deleteAllSessionMessage = notSupported;
  readonly getSessionMessagesHistory = notSupported;

  /** Told by RoomKit. */
  received(command: Command): void {
    this.listeners.tell((listener) => listener.onCustomMessageReceived?.({ ...command }));
  }

  private toRoom(roomUuid: string, commandId: number, data: string, roles: string[]): Promise<NEResult<null>> {
    const driver = this.driver();
    if (!driver) return refused("NotInitialized");
    const room = driver.machine.rooms.named(roomUuid);
    if (!room) return refused("RoomNotFound");
    const { archiveId } = room;
    const value = create(RoomActSchema, { archiveId, act: { case: "command", value: { commandId, data, roles } } });
    return answering(driver.call({ type: "ask", body: { case: "roomAct", value } }).then(() => null));
  }
}
