import type { NERoomSipDeviceInviteProtocolType } from "./enums.js";
import type { NEResult, NERoomMember, NERoomMemberBase } from "./room.js";

/** The waiting room. Not supported yet: every method refuses. */
export interface NEWaitingRoomController {
  isSupported: boolean;
  addListener(listener: NEWaitingRoomListener): void;
  admitAllMembers(): Promise<NEResult<null>>;
  admitMember(userUuid: string, autoAdmit?: boolean): Promise<NEResult<null>>;
  changeMemberName(userUuid: string, name: string): Promise<NEResult<null>>;
  disableWaitingRoomOnEntry(admitAll: boolean): Promise<NEResult<null>>;
  enableWaitingRoomOnEntry(): Promise<NEResult<null>>;
  expelAllMembers(disallowRejoin: boolean): Promise<NEResult<null>>;
  expelMember(userUuid: string, disallowRejoin?: boolean): Promise<NEResult<null>>;
  getMemberList(joinTime: number, size: number, asc: boolean): Promise<NEResult<NEWaitingRoomMember[]>>;
  getWaitingRoomInfo(): NEWaitingRoomInfo;
  getWaitingRoomManagerList(): Promise<NEResult<NERoomMemberBase[]>>;
  isWaitingRoomEnabledOnEntry(): boolean;
  putInWaitingRoom(userUuid: string): Promise<NEResult<null>>;
  removeListener(listener?: NEWaitingRoomListener): void;
}

export interface NEWaitingRoomInfo {
  backgroundImageUrl: string;
  isEnabledOnEntry: boolean;
  memberCount: number;
}

export interface NEWaitingRoomListener {
  onAllMembersKicked(): void;
  onManagersUpdated(data: NERoomMemberBase[]): void;
  onMemberAdmitted(member: string): void;
  onMemberJoin(member: NEWaitingRoomMember, reason: number): void;
  onMemberLeave(member: string, reason: number): void;
  onMemberNameChanged(member: string, name: string, operateBy?: NERoomMember): void;
  onMyWaitingRoomStatusChanged(status: number, reason: number): void;
  onWaitingRoomInfoUpdated(info: NEWaitingRoomInfo): void;
}

export interface NEWaitingRoomMember {
  avatar?: string;
  joinTime: number;
  name: string;
  status: number;
  uuid: string;
}

/** Calling telephones and room systems. Not supported yet: every method refuses. */
export interface NERoomSIPController {
  isSupported: boolean;
  callByNumber(number: string, countryCode: string, name?: string): Promise<NEResult<NERoomSipCallResponse>>;
  callByUserUuid(userUuid: string): Promise<NEResult<null>>;
  callByUserUuids(userUuids: string[]): Promise<NEResult<null>>;
  callOutRoomSystem(device: NERoomSystemDevice): Promise<NEResult<NERoomSipCallResponse>>;
  cancelCall(userUuid: string): Promise<NEResult<null>>;
  hangUpCall(userUuid: string): Promise<NEResult<null>>;
  removeCall(userUuid: string): Promise<NEResult<null>>;
}

export interface NERoomSipCallResponse {
  isRepeatedCall: boolean;
  name: string;
  userUuid: string;
}

export interface NERoomSystemDevice {
  deviceAddress: string;
  name?: string;
  protocol: NERoomSipDeviceInviteProtocolType;
}

/** Ringing app users. Not supported yet: every method refuses. */
export interface NERoomInviteController {
  isSupported: boolean;
  callByUserUuid(userUuid: string): Promise<NEResult<null>>;
  callByUserUuids(userUuid: string[]): Promise<NEResult<null>>;
  cancelCall(userUuid: string): Promise<NEResult<null>>;
  removeCall(userUuid: string): Promise<NEResult<null>>;
}
