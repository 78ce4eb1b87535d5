/** A piece of music or a sound that goes into the microphone's sound. */
export interface Piece {
  /** Where it is, for the browser to fetch. */
  readonly path: string;
  /** How often it plays; 0 = without end. */
  readonly times: number;
  /** Where it begins, in seconds. */
  readonly from: number;
  /** 0 to 1, or more. */
  readonly volume: number;
  /** The others hear it too. */
  readonly sent: boolean;
  readonly onEnd?: () => void;
}

interface Playing {
  readonly element: HTMLAudioElement;
  readonly gain: GainNode;
  readonly toOthers: GainNode;
}

let shared: AudioContext | null = null;

/** The page's one audio context; browsers let it run once the page records or has had a gesture. */
export function audioContext(): AudioContext {
  shared ??= new AudioContext({ latencyHint: "interactive" });
  if (shared.state === "suspended") void shared.resume().catch(() => {});
  return shared;
}

/** Microphone, music and effects on their way to the encoder. Without need the microphone goes there by itself. */
export class Mixer {
  private microphone: { readonly track: MediaStreamTrack; readonly node: MediaStreamAudioSourceNode } | null = null;
  private out: MediaStreamAudioDestinationNode | null = null;
  private level: GainNode | null = null;
  private readonly pieces = new Map<string, Playing>();
  private gain = 1;
  private replaced = false;
  private ear: HTMLAudioElement | null = null;
  private raw: MediaStreamTrack | null = null;

  /** `onOutput` hears which track is to be sent from now on. */
  constructor(private readonly onOutput: (track: MediaStreamTrack | null) => void) {}

  /** What is to be sent. */
  get output(): MediaStreamTrack | null {
    if (!this.isNeeded) return this.raw;
    return this.graph().stream.getAudioTracks()[0] ?? null;
  }

  private get isNeeded(): boolean {
    return this.pieces.size > 0 || this.gain !== 1;
  }

  setMicrophone(track: MediaStreamTrack | null): void {
    this.raw = track;
    if (this.ear) this.ear.srcObject = track ? new MediaStream([track]) : null;
    this.changed();
  }

  /** 1 = as it comes. */
  setGain(gain: number): void {
    this.gain = gain;
    this.changed();
  }

  /** The own voice in the own loudspeakers. */
  earBack(on: boolean): void {
    if (this.ear) this.ear.srcObject = null;
    this.ear = on ? new Audio() : null;
    if (!this.ear) return;
    this.ear.autoplay = true;
    if (this.raw) this.ear.srcObject = new MediaStream([this.raw]);
    void this.ear.play().catch(() => {});
  }

  private graph(): MediaStreamAudioDestinationNode {
    if (this.out) return this.out;
    const context = audioContext();
    this.out = context.createMediaStreamDestination();
    this.level = context.createGain();
    this.level.connect(this.out);
    return this.out;
  }

  private changed(): void {
    if (this.isNeeded) {
      this.graph();
      if (this.microphone?.track !== this.raw) {
        this.microphone?.node.disconnect();
        this.microphone = null;
        if (this.raw && this.level) {
          const node = audioContext().createMediaStreamSource(new MediaStream([this.raw]));
          node.connect(this.level);
          this.microphone = { track: this.raw, node };
        }
      }
      if (this.level) this.level.gain.value = this.replaced ? 0 : this.gain;
    } else if (this.microphone) {
      this.microphone.node.disconnect();
      this.microphone = null;
    }
    this.onOutput(this.output);
  }

  /** Plays a piece under a name; `replace` silences the microphone meanwhile. */
  async play(name: string, piece: Piece, replace = false): Promise<void> {
    this.stop(name);
    const element = new Audio();
    element.crossOrigin = "anonymous";
    element.src = piece.path;
    const context = audioContext();
    const gain = context.createGain();
    const toOthers = context.createGain();
    context.createMediaElementSource(element).connect(gain);
    gain.gain.value = piece.volume;
    gain.connect(context.destination);
    gain.connect(toOthers);
    toOthers.gain.value = piece.sent ? 1 : 0;
    this.pieces.set(name, { element, gain, toOthers });
    if (replace) this.replaced = true;
    toOthers.connect(this.graph());
    this.changed();
    let left = piece.times;
    element.onended = () => {
      left -= 1;
      if (left > 0 || piece.times === 0) {
        element.currentTime = 0;
        void element.play();
        return;
      }
      this.stop(name);
      piece.onEnd?.();
    };
    element.currentTime = piece.from;
    try {
      await element.play();
    } catch (error) {
      this.stop(name);
      throw error;
    }
  }

  stop(name: string): void {
    const playing = this.pieces.get(name);
    if (!playing) return;
    this.pieces.delete(name);
    playing.element.onended = null;
    playing.element.pause();
    playing.element.removeAttribute("src");
    playing.gain.disconnect();
    playing.toOthers.disconnect();
    if (this.pieces.size === 0) this.replaced = false;
    this.changed();
  }

  pause(name: string): void {
    this.pieces.get(name)?.element.pause();
  }

  async resume(name: string): Promise<void> {
    await this.pieces.get(name)?.element.play();
  }

  names(): string[] {
    return [...this.pieces.keys()];
  }

  /** How loud a piece is here and for the others. */
  setVolume(name: string, volume: number): void {
    const playing = this.pieces.get(name);
    if (playing) playing.gain.gain.value = volume;
  }

  /** How loud a piece is for the others alone. */
  setSendVolume(name: string, volume: number): void {
    const playing = this.pieces.get(name);
    if (playing) playing.toOthers.gain.value = volume;
  }

  dispose(): void {
    for (const name of this.names()) this.stop(name);
    this.earBack(false);
    this.microphone?.node.disconnect();
    this.microphone = null;
  }
}

/** How long a piece is, in milliseconds. */
export async function durationOf(path: string): Promise<number> {
  const element = new Audio();
  element.preload = "metadata";
  return new Promise((resolve, reject) => {
    element.onloadedmetadata = () => resolve(Math.round(element.duration * 1000));
    element.onerror = () => reject(new DOMException("the file cannot be played", "NotSupportedError"));
    element.src = path;
  });
}
