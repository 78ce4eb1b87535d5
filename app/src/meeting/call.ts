import {
  type CodeName,
  type NEMediaTypes,
  type NEMemberVolumeInfo,
  type NERoomContext,
  type NERoomListener,
  type NERoomRtcController,
  type NERoomRtcNetworkQualityInfo,
  NEVideoStreamType,
  NetworkStatus,
} from "parlor-web";
import { Store } from "../base/store.js";
import { say } from "../base/toast.js";
import { Devices } from "../device/devices.js";
import { readWants } from "../device/preview.js";
import { codeNameOf, errorText, text } from "../text/text.js";

export interface CallView {
  /** `none`: the room, or this server, has no calls. */
  status: "none" | "joining" | "joined" | "failed";
  /** A switch that has been pressed and has not answered yet. */
  busy: { mic: boolean; camera: boolean; share: boolean };
  /** Who was loudest last. */
  speaker: string;
  soundBlocked: boolean;
}

/** What a server says that has no calls, or none for this room. */
const MISSING: readonly (CodeName | null)[] = ["NotSupported", "FrameUnknown"];
/** How often levels come, and from which one on somebody speaks. */
const LEVELS_MS = 200;
export const SPEAKS_FROM = 8;

/** The call of the room: what the page switches, and what it hears. */
export class Call {
  readonly view: Store<CallView>;
  /** How loud everybody is, 0 to 100. */
  readonly levels = new Store<ReadonlyMap<string, number>>(new Map());
  /** How well everybody is connected, 1 to 4. */
  readonly quality = new Store<ReadonlyMap<string, number>>(new Map());
  readonly devices: Devices | null;
  private readonly blocked: { userUuid: string; type: NEMediaTypes }[] = [];

  constructor(private readonly room: NERoomContext) {
    const isSupported = this.rtc?.isSupported ?? false;
    this.view = new Store<CallView>({
      status: isSupported ? "joining" : "none",
      busy: { mic: false, camera: false, share: false },
      speaker: "",
      soundBlocked: false,
    });
    this.devices = this.rtc ? new Devices(this.rtc) : null;
  }

  /** The controller, as long as the room has calls. */
  get rtc(): NERoomRtcController | null {
    return this.room.rtcController ?? null;
  }

  /** Joins, and switches on what the person wants on. */
  async begin(fresh: boolean): Promise<void> {
    if (!this.rtc?.isSupported) return;
    // A page that is loaded anew has left the call: everything is off until it is switched on again.
    const { wantsMic, wantsCamera } = fresh ? readWants() : readOn();
    if (fresh) keepOn({ wantsMic: false, wantsCamera: false });
    try {
      await this.rtc.joinRtcChannel();
    } catch (error) {
      const isMissing = MISSING.includes(codeNameOf(error));
      this.view.patch({ status: isMissing ? "none" : "failed" });
      if (!isMissing) say(text("callFailed", { reason: errorText(error) }), { kind: "error" });
      return;
    }
    this.view.patch({ status: "joined" });
    this.rtc.enableAudioVolumeIndication(true, LEVELS_MS, true);
    await this.devices?.takeKept();
    if (wantsMic) await this.setMic(true);
    if (wantsCamera) await this.setCamera(true);
  }

  /** After it could not be joined, or was lost for good. */
  async retry(): Promise<void> {
    this.view.patch({ status: "joining" });
    await this.begin(true);
  }

  async end(): Promise<void> {
    if (this.view.get().status === "joined") await this.rtc?.leaveRtcChannel().catch(() => {});
  }

  setMic(on: boolean): Promise<void> {
    keepOn({ ...readOn(), wantsMic: on });
    return this.switch("mic", () => (on ? this.rtc?.unmuteMyAudio() : this.rtc?.muteMyAudio()));
  }

  setCamera(on: boolean): Promise<void> {
    keepOn({ ...readOn(), wantsCamera: on });
    return this.switch("camera", () => (on ? this.rtc?.unmuteMyVideo() : this.rtc?.muteMyVideo()));
  }

  setShare(on: boolean): Promise<void> {
    return this.switch("share", () => (on ? this.rtc?.startScreenShare() : this.rtc?.stopScreenShare()));
  }

  /** Shows somebody's camera or screen in an element; the answer ends that. */
  show(element: HTMLElement, userUuid: string, source: "camera" | "screen"): () => void {
    const { rtc } = this;
    if (!rtc) return () => {};
    if (userUuid === this.room.localMember.uuid) {
      if (source === "camera") rtc.setupLocalVideoCanvas(element);
      return () => {};
    }
    if (source === "screen") {
      rtc.setupRemoteVideoSubStreamCanvas(element, userUuid);
      rtc.subscribeRemoteVideoSubStream(userUuid).catch(() => {});
      return () => void rtc.unsubscribeRemoteVideoSubStream(userUuid).catch(() => {});
    }
    // The most that is wanted: what is sent follows the size that the picture is shown in.
    const { HIGH } = NEVideoStreamType;
    rtc.setupRemoteVideoCanvas(element, userUuid);
    rtc.subscribeRemoteVideoStream(userUuid, HIGH).catch(() => {});
    return () => void rtc.unsubscribeRemoteVideoStream(userUuid, HIGH).catch(() => {});
  }

  /** After the person has pressed something, browsers let sound be played. */
  async letSoundPlay(): Promise<void> {
    this.view.patch({ soundBlocked: false });
    for (const options of this.blocked.splice(0)) await this.rtc?.replayRemoteStream(options).catch(() => {});
  }

  /** What of a room's events is about the call. */
  readonly listener: Partial<NERoomListener> = {
    onRtcActiveSpeakerChanged: ({ userUuid }) => this.view.patch({ speaker: userUuid }),
    onRtcRemoteAudioVolumeIndication: (levels) => this.hear(levels),
    onRtcLocalAudioVolumeIndication: (volume) => this.hearSelf(volume),
    onLocalAudioVolumeIndication: (volume) => this.hearSelf(volume),
    onRtcNetworkQuality: (all) => this.measured(all),
    // The SDK has tried what it could: now it is for the person to try again.
    onRtcChannelDisconnect: () => this.view.patch({ status: "failed" }),
    onAccessDenied: () => say(text("cameraBlocked"), { kind: "error" }),
    onAutoPlayNotAllowed: ({ userUuid, type }) => {
      this.blocked.push({ userUuid, type });
      this.view.patch({ soundBlocked: true });
    },
    // Who was muted by somebody else stays so over a reload.
    onMemberAudioMuteChanged: ({ uuid }, mute, by) => {
      if (mute && by && by.uuid !== uuid && uuid === this.room.localMember.uuid)
        keepOn({ ...readOn(), wantsMic: false });
    },
    onMemberVideoMuteChanged: ({ uuid }, mute, by) => {
      if (mute && by && by.uuid !== uuid && uuid === this.room.localMember.uuid)
        keepOn({ ...readOn(), wantsCamera: false });
    },
    onCameraDeviceChanged: () => void this.devices?.refresh(),
    onRecordDeviceChanged: () => void this.devices?.refresh(),
    onPlayoutDeviceChanged: () => void this.devices?.refresh(),
  };

  private async switch(which: keyof CallView["busy"], work: () => Promise<unknown> | undefined): Promise<void> {
    const { busy } = this.view.get();
    if (busy[which]) return;
    this.view.patch({ busy: { ...busy, [which]: true } });
    try {
      await work();
    } catch (error) {
      // Who closes the browser's window for choosing a screen has changed their mind.
      if ((error as Error)?.name !== "NotAllowedError" || which !== "share") {
        say(errorText(error), { kind: "error" });
      }
    } finally {
      this.view.patch({ busy: { ...this.view.get().busy, [which]: false } });
    }
  }

  private hear(levels: readonly NEMemberVolumeInfo[]): void {
    const own = this.room.localMember.uuid;
    const next = new Map(levels.map(({ userUuid, volume }) => [userUuid, volume]));
    const self = this.levels.get().get(own);
    if (self !== undefined) next.set(own, self);
    this.levels.set(next);
    const loudest = [...levels].sort((a, b) => b.volume - a.volume)[0];
    if (loudest && loudest.volume >= SPEAKS_FROM && loudest.userUuid !== own) {
      if (this.view.get().speaker !== loudest.userUuid) this.view.patch({ speaker: loudest.userUuid });
    }
  }

  private hearSelf(volume: number): void {
    this.levels.set(new Map(this.levels.get()).set(this.room.localMember.uuid, volume));
  }

  private measured(all: readonly NERoomRtcNetworkQualityInfo[]): void {
    const next = new Map(this.quality.get());
    for (const { userUuid, upStatus, downStatus } of all) next.set(userUuid, barsOf(Math.max(upStatus, downStatus)));
    this.quality.set(next);
  }
}

/** Bars of four by the published states; 0 for one that is not known. */
export function barsOf(status: NetworkStatus): number {
  if (status === NetworkStatus.UNKNOWN) return 0;
  if (status >= NetworkStatus.BAD) return 1;
  return 5 - status;
}

/** What was on in this tab. */
interface On {
  wantsMic: boolean;
  wantsCamera: boolean;
}

const ON = "parlor-on";

function readOn(): On {
  try {
    const kept = JSON.parse(sessionStorage.getItem(ON) ?? "{}");
    return { wantsMic: kept.wantsMic === true, wantsCamera: kept.wantsCamera === true };
  } catch {
    return { wantsMic: false, wantsCamera: false };
  }
}

function keepOn(on: On): void {
  try {
    sessionStorage.setItem(ON, JSON.stringify(on));
  } catch {
    // A page without storage comes back with everything off.
  }
}
