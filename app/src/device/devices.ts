import type { DeviceType, NEDeviceBaseInfo, NEDeviceSwitchInfo, NEResult } from "parlor-web";
import { Store } from "../base/store.js";

/** Whoever knows the devices: the preview before a meeting, the call in it. */
export interface DeviceSource {
  readonly isSupported: boolean;
  enumCameraDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  enumRecordDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  enumPlayoutDevices(): Promise<NEResult<NEDeviceBaseInfo[]>>;
  getSelectedCameraDevice(): string;
  getSelectedRecordDevice(): string;
  getSelectedPlayoutDevice(): string;
  switchDevice(params: { deviceId: string; type: DeviceType }): Promise<NEResult<NEDeviceSwitchInfo>>;
}

export interface DeviceList {
  /** Those that there are. */
  all: readonly NEDeviceBaseInfo[];
  /** The id of the one in use. */
  chosen: string;
}

export type DeviceLists = Readonly<Record<DeviceType, DeviceList>>;

export const KINDS: readonly DeviceType[] = ["microphone", "camera", "speaker"];

const NONE: DeviceLists = {
  camera: { all: [], chosen: "" },
  microphone: { all: [], chosen: "" },
  speaker: { all: [], chosen: "" },
};
const KEY = "parlor-devices";

/** The devices, which of them are in use, and what the person chose the last time. */
export class Devices {
  readonly lists = new Store<DeviceLists>(NONE);

  constructor(private readonly source: DeviceSource) {}

  async refresh(): Promise<void> {
    const { source } = this;
    if (!source.isSupported) return;
    const [camera, microphone, speaker] = await Promise.all([
      listOf(source.enumCameraDevices(), () => source.getSelectedCameraDevice()),
      listOf(source.enumRecordDevices(), () => source.getSelectedRecordDevice()),
      listOf(source.enumPlayoutDevices(), () => source.getSelectedPlayoutDevice()),
    ]);
    this.lists.set({ camera, microphone, speaker });
  }

  async choose(type: DeviceType, deviceId: string): Promise<void> {
    await this.source.switchDevice({ type, deviceId });
    keep({ ...kept(), [type]: deviceId });
    await this.refresh();
  }

  /** Takes the devices of the last time, as far as they are there. */
  async takeKept(): Promise<void> {
    await this.refresh();
    const before = kept();
    for (const type of KINDS) {
      const { all, chosen } = this.lists.get()[type];
      const wanted = before[type];
      if (!wanted || wanted === chosen || !all.some(({ deviceId }) => deviceId === wanted)) continue;
      await this.source.switchDevice({ type, deviceId: wanted }).catch(() => {});
    }
    await this.refresh();
  }
}

async function listOf(asked: Promise<NEResult<NEDeviceBaseInfo[]>>, chosen: () => string): Promise<DeviceList> {
  try {
    const { data } = await asked;
    const all = data.filter(({ deviceId }) => deviceId !== "");
    return { all, chosen: chosen() || (all[0]?.deviceId ?? "") };
  } catch {
    return { all: [], chosen: "" };
  }
}

function kept(): Partial<Record<DeviceType, string>> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function keep(chosen: Partial<Record<DeviceType, string>>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // A page without storage begins with the browser's default.
  }
}
