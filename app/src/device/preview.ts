import type { NEPreviewRoomContext, NEPreviewRoomListener } from "parlor-web";
import { Store } from "../base/store.js";
import { chime } from "./chime.js";
import { Devices } from "./devices.js";

export interface PreviewView {
  camera: "off" | "starting" | "on" | "blocked";
  /** Whether to join with them. */
  wantsCamera: boolean;
  wantsMic: boolean;
}

const KEY = "parlor-wants";

/** Camera and microphone before the meeting. */
export class Preview {
  readonly view: Store<PreviewView>;
  /** How loud the microphone is, 0 to 100. */
  readonly level = new Store(0);
  readonly devices: Devices;
  private element: HTMLElement | null = null;
  private readonly listener: NEPreviewRoomListener = {
    onLocalAudioVolumeIndication: (volume) => this.level.set(volume),
    onCameraDeviceChanged: () => void this.devices.refresh(),
    onRecordDeviceChanged: () => void this.devices.refresh(),
    onPlayoutDeviceChanged: () => void this.devices.refresh(),
  };

  constructor(private readonly context: NEPreviewRoomContext) {
    const wants = readWants();
    this.view = new Store<PreviewView>({ camera: "off", ...wants });
    this.devices = new Devices(context.previewController);
  }

  get isSupported(): boolean {
    return this.context.previewController.isSupported;
  }

  /** Begins in an element of the page. */
  async begin(element: HTMLElement): Promise<void> {
    this.element = element;
    if (!this.isSupported) return;
    this.context.addPreviewRoomListener(this.listener);
    await this.context.previewController.init().catch(() => {});
    if (this.view.get().wantsCamera) await this.openCamera();
    await this.devices.takeKept();
    if (this.view.get().wantsMic) await this.openMic();
    await this.devices.refresh();
  }

  async end(): Promise<void> {
    this.context.removePreviewRoomListener(this.listener);
    if (!this.isSupported) return;
    const { previewController } = this.context;
    await previewController.stopRecordDeviceTest().catch(() => {});
    await previewController.stopPlayoutDeviceTest().catch(() => {});
    await previewController.stopPreview().catch(() => {});
    this.view.patch({ camera: "off" });
  }

  async switchCamera(): Promise<void> {
    const wantsCamera = !this.view.get().wantsCamera;
    this.view.patch({ wantsCamera });
    keepWants(this.view.get());
    if (wantsCamera) return this.openCamera();
    await this.context.previewController.stopPreview().catch(() => {});
    this.view.patch({ camera: "off" });
  }

  async switchMic(): Promise<void> {
    const wantsMic = !this.view.get().wantsMic;
    this.view.patch({ wantsMic });
    keepWants(this.view.get());
    if (wantsMic) return this.openMic();
    await this.context.previewController.stopRecordDeviceTest().catch(() => {});
    this.level.set(0);
  }

  async testSound(): Promise<void> {
    await this.context.previewController.startPlayoutDeviceTest(chime()).catch(() => {});
  }

  private async openCamera(): Promise<void> {
    if (!this.element || !this.isSupported) return;
    this.view.patch({ camera: "starting" });
    try {
      await this.context.previewController.startPreview(this.element);
      this.view.patch({ camera: "on" });
    } catch {
      this.view.patch({ camera: "blocked" });
    }
  }

  private async openMic(): Promise<void> {
    await this.context.previewController.startRecordDeviceTest().catch(() => {});
  }
}

/** What the person wanted the last time; at first both. */
export function readWants(): { wantsCamera: boolean; wantsMic: boolean } {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { wantsCamera: kept.wantsCamera !== false, wantsMic: kept.wantsMic !== false };
  } catch {
    return { wantsCamera: true, wantsMic: true };
  }
}

function keepWants({ wantsCamera, wantsMic }: PreviewView): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ wantsCamera, wantsMic }));
  } catch {
    // A page without storage asks for both each time.
  }
}
