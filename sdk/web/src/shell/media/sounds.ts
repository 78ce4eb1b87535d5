import { isDenied } from "./capture.js";

/** A sound that is received. */
export interface Sound {
  /** The slot. */
  readonly mid: string;
  readonly track: MediaStreamTrack;
}

/** What lets a page play sound that its browser has held back. */
const GESTURES = ["pointerdown", "keydown", "touchend"] as const;

/** Plays what is received: one element per slot, so that the browser mixes and removes the echo. */
export class Sounds {
  private readonly elements = new Map<string, HTMLAudioElement>();
  private volume = 1;
  private speaker = "";
  private waitsForGesture = false;

  /** `onHeld` hears that the browser wants a gesture first, `onPlays` that a sound plays. */
  constructor(
    private readonly onHeld: (mid: string) => void,
    private readonly onPlays: (mid: string) => void,
  ) {}

  /** Plays these, and no others. */
  hold(sounds: readonly Sound[]): void {
    for (const [mid, element] of this.elements) {
      if (sounds.some((sound) => sound.mid === mid)) continue;
      element.srcObject = null;
      this.elements.delete(mid);
    }
    for (const { mid, track } of sounds) {
      const element = this.elements.get(mid) ?? this.element(mid);
      const [playing] = element.srcObject instanceof MediaStream ? element.srcObject.getAudioTracks() : [];
      if (playing === track) continue;
      element.srcObject = new MediaStream([track]);
      void this.play(mid, element);
    }
  }

  private element(mid: string): HTMLAudioElement {
    const element = new Audio();
    element.autoplay = true;
    element.volume = this.volume;
    this.elements.set(mid, element);
    if (this.speaker) void this.setSink(element);
    return element;
  }

  private async play(mid: string, element: HTMLAudioElement): Promise<void> {
    try {
      await element.play();
      this.onPlays(mid);
    } catch (error) {
      if (!isDenied(error)) return;
      this.onHeld(mid);
      this.waitForGesture();
    }
  }

  private waitForGesture(): void {
    if (this.waitsForGesture) return;
    this.waitsForGesture = true;
    const again = () => {
      for (const gesture of GESTURES) window.removeEventListener(gesture, again, true);
      this.waitsForGesture = false;
      void this.replay();
    };
    for (const gesture of GESTURES) window.addEventListener(gesture, again, true);
  }

  /** Plays again what the browser has held back or stopped. */
  async replay(): Promise<void> {
    await Promise.all([...this.elements].map(([mid, element]) => this.play(mid, element)));
  }

  /** 0 to 1. */
  setVolume(volume: number): void {
    this.volume = Math.min(Math.max(volume, 0), 1);
    for (const element of this.elements.values()) element.volume = this.volume;
  }

  async setSpeaker(deviceId: string): Promise<void> {
    this.speaker = deviceId;
    await Promise.all([...this.elements.values()].map((element) => this.setSink(element)));
  }

  private async setSink(element: HTMLAudioElement): Promise<void> {
    await (element as { setSinkId?: (id: string) => Promise<void> }).setSinkId?.(this.speaker);
  }

  clear(): void {
    this.hold([]);
  }
}
