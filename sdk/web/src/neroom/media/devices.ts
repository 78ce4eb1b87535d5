import { localFailure } from "../../core/api.js";
import { isDenied } from "../../shell/media/capture.js";
import { type DeviceChange, type DeviceKind, devices } from "../../shell/media/devices.js";
import type { DeviceType, NEDeviceBaseInfo, NEDeviceChangeInfo, NEResult } from "../published/index.js";
import { done, NERoomError } from "../result.js";

const KINDS: Record<DeviceType, DeviceKind> = {
  camera: "videoinput",
  microphone: "audioinput",
  speaker: "audiooutput",
};

export const kindOf = (type: DeviceType): DeviceKind => KINDS[type];

/** The devices of one kind, as they are published. */
async function listOf(type: DeviceType): Promise<NEResult<NEDeviceBaseInfo[]>> {
  const found = await devices.list(KINDS[type]);
  return done(
    found.map(({ deviceId, label }) => ({
      deviceId,
      deviceName: label,
      default: deviceId === "default",
      defaultDevice: deviceId === "default",
      unavailable: false,
    })),
  );
}

/** The devices there are, and those that were chosen: the same before a call and in it. */
export abstract class DeviceLists {
  enumCameraDevices(): Promise<NEResult<NEDeviceBaseInfo[]>> {
    return listOf("camera");
  }

  enumPlayoutDevices(): Promise<NEResult<NEDeviceBaseInfo[]>> {
    return listOf("speaker");
  }

  enumRecordDevices(): Promise<NEResult<NEDeviceBaseInfo[]>> {
    return listOf("microphone");
  }

  getSelectedCameraDevice(): string {
    return devices.selected("videoinput");
  }

  getSelectedPlayoutDevice(): string {
    return devices.selected("audiooutput");
  }

  getSelectedRecordDevice(): string {
    return devices.selected("audioinput");
  }
}

export function changeOf({ deviceId, label, state }: DeviceChange): NEDeviceChangeInfo {
  return { device: { deviceId, label }, state };
}

/** What opening a device failed with, as an error of this SDK. */
export function openError(error: unknown): NERoomError {
  if (isDenied(error)) return new NERoomError(localFailure("Forbidden", "the person or the browser denied the device"));
  const { name, message } = error as { name?: string; message?: string };
  const code = name === "NotFoundError" || name === "OverconstrainedError" ? "NotFound" : "Failure";
  return new NERoomError(localFailure(code, `${name ?? "Error"}: ${message ?? ""}`));
}
