import type {
  NERoomLiveLayout,
  NERoomLiveState,
  NERoomLiveStreamAudioCodecProfile,
  NERoomLiveStreamAudioSampleRate,
} from "./enums.js";
import type { NEResult } from "./room.js";

/** Live streams. Not supported yet: every method refuses. */
export interface NERoomLiveController {
  isSupported: boolean;
  addLiveStreamTask(taskInfo: NERoomLiveStreamTaskInfo): Promise<NEResult<null>>;
  getBackgroundInfo(): Promise<NEResult<NERoomLiveBackgroundInfo>>;
  getLiveInfo(): null | NERoomLiveInfo;
  removeLiveStreamTask(taskId: string): Promise<NEResult<null>>;
  startLive(request: NERoomLiveRequest): Promise<NEResult<NERoomLiveInfo>>;
  stopLive(): Promise<NEResult<null>>;
  updateBackgroundInfo(param: NERoomLiveBackgroundParam): Promise<NEResult<number>>;
  updateLive(request: NERoomLiveRequest): Promise<NEResult<NERoomLiveInfo>>;
  updateLiveStreamTask(taskInfo: NERoomLiveStreamTaskInfo): Promise<NEResult<null>>;
}

export interface NERoomLiveInfo {
  backgroundUpdateSeq?: number;
  chatRoomId?: string;
  extensionConfig?: string;
  liveLayout?: NERoomLiveLayout;
  password?: string;
  pullHlsUrl?: string;
  pullHttpUrl?: string;
  pullRtmpUrl?: string;
  pullRtsUrl?: string;
  pushUrl?: string;
  state: NERoomLiveState;
  taskId?: string;
  title?: string;
  userUuidList?: string[];
}

export interface NERoomLiveRequest {
  enableThirdParties?: boolean;
  extensionConfig?: string;
  liveLayout: NERoomLiveLayout;
  password?: string;
  title: string;
  userUuidList: string[];
}

export interface NERoomLiveBackgroundInfo {
  backgroundUpdatedSequence?: number;
  backgroundUrl?: string;
  coverUrl?: string;
  thumbnailBackgroundUrl?: string;
  thumbnailCoverUrl?: string;
}

export interface NERoomLiveBackgroundParam {
  backgroundUrl?: string;
  coverUrl?: string;
  thumbnailBackgroundUrl?: string;
  thumbnailCoverUrl?: string;
}

export interface NERoomLiveStreamTaskInfo {
  config?: NERoomLiveConfig;
  extraInfo?: string;
  layout?: NERoomLiveStreamLayout;
  serverRecordEnabled: false;
  streamUrl?: string;
  taskId?: string;
}

export interface NERoomLiveConfig {
  audioBitrate: number;
  audioCodecProfile: NERoomLiveStreamAudioCodecProfile;
  channels: number;
  sampleRate: NERoomLiveStreamAudioSampleRate;
  singleVideoPassThrough: boolean;
}

export interface NERoomLiveStreamLayout {
  backgroundColor: number;
  height: number;
  images?: NERoomLiveStreamImageInfo[];
  userTranscodingList?: NERoomLiveStreamUserTranscoding[];
  width: number;
}

export interface NERoomLiveStreamImageInfo {
  adaption: 0 | 1;
  height: number;
  url: string;
  width: number;
  x: number;
  y: number;
}

export interface NERoomLiveStreamUserTranscoding {
  audioPush: boolean;
  height: number;
  uuid?: string;
  videoPush: boolean;
  width: number;
  x: number;
  y: number;
  zOrder: number;
}

export interface NERoomPropertiesLive {
  backgroundUpdateSeq?: number;
  cid: string;
  cname: string;
  extensionConfig?: string;
  liveAVRoomUids: number[];
  liveChatRoomIndependent: boolean;
  liveLayout: NERoomLiveLayout;
  password?: string;
  pullHlsUrl: string;
  pullHttpUrl: string;
  pullRtmpUrl: string;
  pullRtsUrl?: string;
  pushUrl: string;
  state: NERoomLiveState;
  title: string;
}

export interface NERoomRecord {
  infoList: NERecordFileInfo[];
  recordEndTime: number;
  recordId: string;
  recordStartTime: number;
}

export interface NERecordFileInfo {
  filename: string;
  md5: string;
  mix: boolean;
  nickname?: string;
  pieceIndex: number;
  size: number;
  type: string;
  url: string;
  userUuid?: string;
  vid: number;
}

export interface NERoomRecordConfig {
  modeList: { mode: number }[];
  rtcRecordType: number;
}
