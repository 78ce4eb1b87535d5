import type { NERoomAnnotationController, NERoomWhiteboardController } from "./board.js";
import type { NERoomAnyMessage, NERoomChatController, NIMChatroomMessage } from "./chat.js";
import type {
  NEClientType,
  NELeaveRoomType,
  NERoomCloudRecordState,
  NERoomConnectType,
  NERoomEndReason,
  NERoomLiveState,
  NERoomMemberInviteState,
  NERoomMemberInviteType,
} from "./enums.js";
import type { NERoomLiveController, NERoomPropertiesLive, NERoomRecord, NERoomRecordConfig } from "./live.js";
import type {
  NEDeviceChangeInfo,
  NEMediaTypes,
  NEMemberVolumeInfo,
  NEPreviewRoomContext,
  NERoomCaptionMessage,
  NERoomRtcController,
  NERoomRtcNetworkQualityInfo,
  NEStatsListener,
} from "./media.js";
import type { NERoomSeatController } from "./seat.js";
import type { NERoomInviteController, NERoomSIPController, NEWaitingRoomController } from "./waiting.js";

/** What a call answers: `code` is 0 when it resolves; a call that rejects does so with an `NERoomError`. */
export interface NEResult<T> {
  code: number;
  message: string | null;
  data: T;
}

export interface NECommonError {
  code: string | number;
  message: string;
  msg?: string;
}

/** What RoomKit is initialised with. */
export interface NERoomKitOptions {
  appKey: string;
  debug?: boolean;
  eventTracking?: boolean;
  extras?: Record<string, unknown>;
  im?: ReusableIm;
  logPath?: string;
  serverConfig?: NEServerConfig;
  serverUrl?: string;
  useInternalVideoRender?: boolean;
  whiteboardAppConfig?: NERoomWhiteboardAppConfig;
}

export interface NEServerConfig {
  imServerConfig?: NEIMServerConfig;
  roomKitServerConfig?: { lbsServer?: string; roomServer: string };
  rtcServerConfig?: NERtcServerConfig;
  whiteboardServerConfig?: NEWhiteboardServerConfig;
}

export interface NEIMServerConfig {
  enableV2CloudConversation?: boolean;
  httpsEnabled: boolean;
  lbs: string;
  link: string;
  linkSslWeb: boolean;
  nosDownloader: string;
  nosLbs: string;
  nosUploader: string;
}

export interface NERtcServerConfig {
  AIhowlingNoSimdUrl?: string;
  AIhowlingSimdUrl?: string;
  channelServer: string;
  cloudProxyServer?: string;
  mediaProxyServer?: string;
  roomServer: string;
  statisticsServer: string;
  statisticsWebSocketServer: string;
  useIPv6: boolean;
  webSocketProxyServer?: string;
}

export interface NEWhiteboardServerConfig {
  dataReportServer: string;
  directNosServer: string;
  docTransServer: string;
  mediaUploadServer: string;
  privateSDKUrl?: { PPTRendererUrl?: string; ToolCollectionUrl?: string; WhiteboardUrl?: string };
  roomServer: string;
  sdkLogNosServer: string;
  webServer: string;
}

export interface NERoomWhiteboardAppConfig {
  canvasBgColor?: string;
  nosAntiLeech?: boolean;
  nosAntiLeechExpire?: number;
}

export interface NESDKVersions {
  imVersion: string;
  roomKitVersion: string;
  rtcVersion: string;
  whiteboardVersion: string;
}

export interface NEDomainInfo {
  domainList: { domain: string }[];
  racingLimit: number;
  switchTimeout: number;
  ttl: number;
  updateTime: number;
}

export interface NEDomainInfoResult {
  code: number;
  data?: NEDomainInfo;
  msg?: string;
}

export interface NECrossAppAuthorization {
  appKey: string;
  token: string;
  user: string;
}

/** A room to be made. */
export interface NECreateRoomParams {
  initialProperties: Record<string, string>;
  password?: string;
  roomName: string;
  roomUuid: string;
  seatInitParams?: { seatCount: number; seatInvitationConfirmMode: number; seatRequestApprovalMode: number };
  templateId: number;
}

/** What a room has. */
export interface NECreateRoomOptions {
  enableChatroom: boolean;
  enableLive: boolean;
  enableRecord: boolean;
  enableRtc: boolean;
  enableWaitingRoom?: boolean;
  enableWhiteboard: boolean;
}

/** How a room is joined. */
export interface NEJoinRoomParams {
  avatar?: string;
  crossAppAuthorization?: NECrossAppAuthorization;
  initialProperties: Record<string, string>;
  kickOtherDevice?: boolean;
  password?: string;
  role: string;
  roomUuid: string;
  session?: string;
  userName: string;
}

export interface NEJoinRoomOptions {
  [key: string]: recordType;
}

export interface NEPreviewRoomParams {
  [key: string]: string | number | boolean | null | undefined;
}

export interface NEPreviewRoomOptions {
  [key: string]: string | number | boolean | null | undefined;
}

export interface NEInRoomDeviceListItem {
  deviceList: NEConnectedDevice[];
  isMultiDeviceEnabled: boolean;
  roomUuid: string;
}

export interface NEConnectedDevice {
  clientType: NEClientType;
  deviceId: string;
  isAudioConnected: boolean;
  isAudioOn: boolean;
  isSharingScreen: boolean;
  isSharingSystemAudio: boolean;
  isVideoOn: boolean;
  rtcUid: number;
}

export interface NERoomRole {
  hide?: boolean;
  limit: number;
  name: string;
  params?: NERoleParams;
}

/** A member as it was when it was asked for; ask anew for its present state. */
export interface NERoomMember {
  avatar: string;
  clientType: NEClientType;
  connectedDeviceList: NEConnectedDevice[];
  ext?: string;
  hide: boolean;
  inWaitingRoom: boolean;
  inviteState: NERoomMemberInviteState;
  inviteType?: NERoomMemberInviteType;
  isAudioConnected: boolean;
  isAudioOn: boolean;
  isChatBanned?: boolean;
  isInAppInviting: boolean;
  isInChatroom: boolean;
  isInRtcChannel: boolean;
  isInSIPInviting: boolean;
  isSharingScreen: boolean;
  isSharingSystemAudio: boolean;
  isSharingWhiteboard: boolean;
  isVideoOn: boolean;
  miniAppStreamInfo?: {
    subStreamUrl?: string;
    url?: string;
    [key: string]: string | number | boolean | null | undefined;
  };
  name: string;
  properties: Record<string, unknown>;
  role: NERoomRole;
  rtcUid?: number;
  uuid: string;
}

export interface NERoomMemberBase {
  avatar: string;
  name: string;
  role: NERoomRole;
  uuid: string;
}

/** A room that this device is in. */
export interface NERoomContext {
  SIPController: NERoomSIPController;
  annotationController?: NERoomAnnotationController;
  appInviteController: NERoomInviteController;
  chatController?: NERoomChatController;
  inAppInvitingMembers: NERoomMember[];
  inSIPInvitingMembers: NERoomMember[];
  isCloudRecording: boolean;
  isInSIPInviting: boolean;
  isRoomBlacklistEnabled: boolean;
  isRoomLocked: boolean;
  isRoomMultiDeviceEnabled: boolean;
  liveController: NERoomLiveController;
  localMember: NERoomMember;
  maxMembers: number;
  password?: string;
  remainingSeconds: number;
  remoteMembers: NERoomMember[];
  roomArchiveId: string;
  roomName: string;
  roomProperties: Record<string, unknown>;
  roomUuid: string;
  rtcController?: NERoomRtcController;
  rtcStartTime: number;
  seatController?: NERoomSeatController;
  session: string;
  sipCid?: string;
  waitingRoomController: NEWaitingRoomController;
  whiteboardController?: NERoomWhiteboardController;
  addRoomListener(listener: NERoomListener): void;
  addRtcStatsListener(listener: NEStatsListener): void;
  changeMemberName(userUuid: string, name: string): Promise<NEResult<null>>;
  changeMemberRole(userUuid: string, role: string): Promise<NEResult<null>>;
  changeMembersRole(userRoleMap: Record<string, string>): Promise<NEResult<null>>;
  changeMyExt?(ext: string): Promise<NEResult<null>>;
  changeMyName(name: string): Promise<NEResult<null>>;
  changeRoomExt?(ext: string): Promise<NEResult<null>>;
  changeRoomName?(roomName: string): Promise<NEResult<null>>;
  deleteMemberProperty(userUuid: string, key: string): Promise<NEResult<null>>;
  deleteRoomProperty(key: string): Promise<NEResult<null>>;
  enableMultiDevice(enable: boolean): Promise<NEResult<null>>;
  endRoom(isForce?: boolean): Promise<NEResult<null>>;
  getMember(uuid: string): null | NERoomMember;
  handOverMyRole(userUuid: string, resign?: boolean): Promise<NEResult<null>>;
  isInWaitingRoom(): boolean;
  kickMemberOut(userUuid: string, toBlacklist?: boolean): Promise<NEResult<null>>;
  leaveRoom(leaveRoomType: NELeaveRoomType): Promise<NEResult<null>>;
  lockRoom(): Promise<NEResult<null>>;
  rejoinAfterAdmittedToRoom(): Promise<NEResult<null>>;
  removeRoomListener(listener: NERoomListener): void;
  removeRtcStatsListener(listener: NEStatsListener): void;
  startCloudRecord(config?: NERoomRecordConfig): Promise<NEResult<null>>;
  stopCloudRecord(): Promise<NEResult<null>>;
  unlockRoom(): Promise<NEResult<null>>;
  updateMemberProperty(userUuid: string, key: string, value: string): Promise<NEResult<null>>;
  updateRoomProperty(key: string, value: string, associatedUserUuid?: string): Promise<NEResult<null>>;
  enableRoomBlacklist(enable: boolean): Promise<NEResult<null>>;
  kickMyDeviceOut(deviceId: string): Promise<NEResult<null>>;
}

/** Hears what happens in a room. Every method is optional. */
export interface NERoomListener {
  onAccessDenied?(mediaType: "video" | "screen" | "audio"): void;
  onAudioHowling?(howling: boolean): void;
  onAutoPlayNotAllowed?(data: { channelName?: string; type: NEMediaTypes; userUuid: string }): void;
  onCameraDeviceChanged?(data: NEDeviceChangeInfo): void;
  onChatroomMessageAttachmentProgress?(messageUuid: string, transferred: number, total: number): void;
  onLocalAudioVolumeIndication?(volume: number): void;
  onLocalRecorderError?(error: number, taskid?: string): void;
  onLocalRecorderStatus?(state: number, taskid?: string): void;
  onMemberAppInviteStateChanged?(member: NERoomMember, operateBy?: NERoomMember): void;
  onMemberAudioConnectStateChanged?(member: NERoomMember, isAudioConnected: boolean): void;
  onMemberAudioMuteChanged?(member: NERoomMember, mute: boolean, operateBy?: NERoomMember): void;
  onMemberChatBanStateChanged?(
    member: NERoomMember,
    banned: boolean,
    duration?: number,
    notifyExt?: string,
    operateBy?: NERoomMember,
  ): void;
  onMemberConnectedDeviceListChanged?(member: NERoomMember): void;
  onMemberExtChanged?(member: string | NERoomMember, ext?: string): void;
  onMemberJoinChatroom?(members: NERoomMember[]): void;
  onMemberJoinRoom?(members: NERoomMember[]): void;
  onMemberJoinRtcChannel?(members: NERoomMember[]): void;
  onMemberLeaveChatroom?(members: NERoomMember[]): void;
  onMemberLeaveRoom?(members: (string | NERoomMember)[]): void;
  onMemberLeaveRtcChannel?(members: NERoomMember[]): void;
  onMemberNameChanged?(member: string | NERoomMember, name: string, operateBy?: string | NERoomMember): void;
  onMemberPropertiesChanged?(
    member: string | NERoomMember,
    properties: Record<string, undefined | null | string | number | boolean>,
  ): void;
  onMemberPropertiesDeleted?(userUuid: string, properties: unknown): void;
  onMemberRoleChanged?(member: string | NERoomMember, oldRole: NERoomRole, newRole: NERoomRole): void;
  onMemberSIPInviteStateChanged?(member: NERoomMember, operateBy?: NERoomMember): void;
  onMemberScreenShareStateChanged?(member: NERoomMember, isSharing: boolean, operateBy?: NERoomMember): void;
  onMemberStreamChanged?(member: NERoomMember): void;
  onMemberSystemAudioShareStateChanged?(member: NERoomMember, isSharing: boolean, operateBy?: NERoomMember): void;
  onMemberVideoMuteChanged?(member: NERoomMember, mute: boolean, operateBy?: NERoomMember): void;
  onMemberWhiteboardStateChanged?(
    member: undefined | string | NERoomMember,
    isSharing: boolean,
    operateBy?: NERoomMember,
  ): void;
  onPlayoutDeviceChanged?(data: NEDeviceChangeInfo): void;
  onReceiveCaptionMessages?(captionMessages: NERoomCaptionMessage[], channel?: string): void;
  onReceiveChatroomMessages?(messages: NERoomAnyMessage[]): void;
  onRecordDeviceChanged?(data: NEDeviceChangeInfo): void;
  onRoomAnnotationEnableChanged?(isEnabled: boolean, operateBy?: NERoomMember): void;
  onRoomBlacklistStateChanged?(isEnabled: boolean): void;
  onRoomCloudRecordStateChanged?(state: NERoomCloudRecordState, operateBy?: NERoomMember): void;
  onRoomConnectStateChanged?(data: NERoomConnectType): void;
  onRoomEnded?(reason: NERoomEndReason, extra?: string): void;
  onRoomExtChanged?(ext?: string): void;
  onRoomLiveBackgroundInfoChanged?(sequence: undefined | number): void;
  onRoomLiveStateChanged?(state: NERoomLiveState): void;
  onRoomLockStateChanged?(isLocked: boolean): void;
  onRoomMaxMembersChanged?(maxMembers: number): void;
  onRoomMultiDeviceEnableChanged?(isEnabled: boolean): void;
  onRoomNameChanged?(roomName: string): void;
  onRoomPropertiesChanged?(properties: Record<string, recordType>): void;
  onRoomPropertiesDeleted?(properties: Record<string, string>): void;
  onRoomRemainingSecondsRenewed?(remainingSeconds: number): void;
  onRtcAbilityNotSupport?(data: { code: number; errMsg: string; uid?: number }): void;
  onRtcActiveSpeakerChanged?(userInfo: { userUuid: string; volume: number }): void;
  onRtcChannelDisconnect?(reason: number, channel?: string): void;
  onRtcChannelError?(code: string | number, channel?: string): void;
  onRtcLocalAudioVolumeIndication?(volume: number, channel?: string): void;
  onRtcNetworkQuality?(data: NERoomRtcNetworkQualityInfo[]): void;
  onRtcRemoteAudioVolumeIndication?(data: NEMemberVolumeInfo[], channel?: string): void;
  onRtcScreenCaptureSourceDataUpdate?(rect: { height: number; width: number; x: number; y: number }): void;
  onRtcScreenCaptureStatus?(status: number): void;
  onRtcScreenShareVideoResize?(data: { height: number; width: number }): void;
  onRtcUserAudioSubStreamStart?(userUuid: string): void;
  onRtcUserAudioSubStreamStop?(userUuid: string): void;
  onRtcVideoTrackEnded?(): void;
  onRtcVirtualBackgroundSourceEnabled?(enabled: boolean, reason: number): void;
  onStartPlayMedia?(data: { type: NEMediaTypes; userUuid: string }): void;
  onVideoFrameData?(
    uuid: string,
    bSubVideo: boolean,
    data: {
      bytes: Int32Array;
      uOffset: number;
      uStride: number;
      vOffset: number;
      vStride: number;
      yOffset: number;
      yStride: number;
    },
    type: number,
    width: number,
    height: number,
  ): void;
  onWhiteboardConnected?(): void;
  onCaptionStateChanged(state: number, code: number, message?: string): void;
}

/** Creates and joins rooms. */
export interface NERoomService {
  createRoom(params: NECreateRoomParams, options: NECreateRoomOptions): Promise<NEResult<null>>;
  destroy(): void;
  getMyInRoomDeviceList(meetingNum?: string): Promise<NEResult<NEInRoomDeviceListItem[]>>;
  getPreviewRoomContext(): NEPreviewRoomContext;
  getRoomCloudRecordList(roomArchiveId: string): Promise<NEResult<NERoomRecord[]>>;
  getRoomContext(roomUuid: string): null | NERoomContext;
  joinRoom(params: NEJoinRoomParams, options: NEJoinRoomOptions): Promise<NEResult<NERoomContext>>;
  joinRoomByInvite(params: NEJoinRoomParams, options: NEJoinRoomOptions): Promise<NEResult<NERoomContext>>;
  previewRoom(params: NEPreviewRoomParams, options: NEPreviewRoomOptions): Promise<NEResult<NEPreviewRoomContext>>;
  exportChatroomHistoryMessages(roomArchiveId: string): Promise<NEResult<string>>;
  fetchChatroomHistoryMessages(
    roomArchiveId: string,
    option: { limit?: number; order?: number; startTime?: number },
  ): Promise<NEResult<NIMChatroomMessage[]>>;
  rejectInvite(roomUuid: string): Promise<NEResult<null>>;
}

export type ReuseImEvent =
  | "reuseImWillReconnect"
  | "reuseImDisconnect"
  | "reuseImError"
  | "reuseImMsgs"
  | "reuseImProxyMsg";

export type recordType =
  | string
  | number
  | boolean
  | null
  | undefined
  | Record<string, string | number | boolean>
  | { value: string | number | boolean }
  | NERoomPropertiesLive;

/** What the media of a role are sent with. */
export interface NERoleParams {
  video?: { width: number; height: number; fps: number };
  audio?: { profile: number; scenario: number };
  screen?: { videoProfile: number; preferMotionFPS: number; preferDetailsFPS: number };
  channelProfile?: number;
}

/** An IM instance that RoomKit can share: one of this package, made by `NIM.getInstance`. */
export interface ReusableIm {
  readonly options: { readonly appKey: string };
}
