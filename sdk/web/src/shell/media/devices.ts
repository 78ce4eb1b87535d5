export type DeviceKind = "audioinput" | "audiooutput" | "videoinput";

/** A device came, went, or was chosen. */
export interface DeviceChange {
  readonly kind: DeviceKind;
  readonly deviceId: string;
  readonly label: string;
  readonly state: "ACTIVE" | "INACTIVE" | "CHANGED";
}

/** Cameras, microphones and loudspeakers of this machine, and which of them is chosen; "" = the browser's choice. */
export class Devices {
  private readonly chosen: Record<DeviceKind, string> = { audioinput: "", audiooutput: "", videoinput: "" };
  private readonly listeners = new Set<(change: DeviceChange) => void>();
  private known: MediaDeviceInfo[] | null = null;

  selected(kind: DeviceKind): string {
    return this.chosen[kind];
  }

  /** Chooses; true when it was another one before. */
  select(kind: DeviceKind, deviceId: string): boolean {
    const isOther = this.chosen[kind] !== deviceId;
    this.chosen[kind] = deviceId;
    if (isOther) {
      const label = this.known?.find((device) => device.kind === kind && device.deviceId === deviceId)?.label ?? "";
      this.tell({ kind, deviceId, label, state: "CHANGED" });
    }
    return isOther;
  }

  /** The browser names them once the page may use one of their kind. */
  async list(kind: DeviceKind): Promise<MediaDeviceInfo[]> {
    if (typeof navigator === "undefined" || !navigator.mediaDevices) return [];
    this.known = await navigator.mediaDevices.enumerateDevices();
    return this.known.filter((device) => device.kind === kind && device.deviceId !== "");
  }

  /** Hears of changes until the returned function is called. */
  listen(listener: (change: DeviceChange) => void): () => void {
    if (this.listeners.size === 0) this.watch(true);
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.watch(false);
    };
  }

  private watch(on: boolean): void {
    if (typeof navigator === "undefined" || !navigator.mediaDevices) return;
    const { mediaDevices } = navigator;
    if (on) mediaDevices.addEventListener("devicechange", this.changed);
    else mediaDevices.removeEventListener("devicechange", this.changed);
    if (on && !this.known) void mediaDevices.enumerateDevices().then((known) => (this.known ??= known));
  }

  private readonly changed = async (): Promise<void> => {
    const before = this.known ?? [];
    const now = await navigator.mediaDevices.enumerateDevices();
    this.known = now;
    const is = (a: MediaDeviceInfo) => (b: MediaDeviceInfo) => a.kind === b.kind && a.deviceId === b.deviceId;
    for (const came of now.filter((device) => !before.some(is(device)))) this.tell({ ...plain(came), state: "ACTIVE" });
    for (const gone of before.filter((device) => !now.some(is(device)))) {
      if (this.chosen[gone.kind as DeviceKind] === gone.deviceId) this.chosen[gone.kind as DeviceKind] = "";
      this.tell({ ...plain(gone), state: "INACTIVE" });
    }
  };

  private tell(change: DeviceChange): void {
    for (const listener of [...this.listeners]) listener(change);
  }
}

function plain({ kind, deviceId, label }: MediaDeviceInfo): Omit<DeviceChange, "state"> {
  return { kind: kind as DeviceKind, deviceId, label };
}

/** The devices of the page: chosen in the preview, used in the call. */
export const devices = new Devices();
