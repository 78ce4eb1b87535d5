/**
 * What a page sees and hears, with the time of each: the film of `film.mjs` flashes once in its period and its sound begins
 * with a tone, so that what arrives of both can be told, and when.
 *
 * Times are those of the machine's clock in milliseconds, so that pages compare.
 */

/** Luminance from which on a whole picture is a flash; the film is darker elsewhere. */
const FLASH_FROM = 150;
/** Side of the picture that the luminance is taken of. */
const SAMPLE = 8;

/** Pictures of one tile. */
class Eye {
  /** When each frame was shown. */
  readonly frames: number[] = [];
  readonly flashes: number[] = [];
  private isBright = true;
  private readonly context: CanvasRenderingContext2D;

  constructor(private readonly video: HTMLVideoElement) {
    const canvas = Object.assign(document.createElement("canvas"), { width: SAMPLE, height: SAMPLE });
    this.context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
    this.next();
  }

  private next(): void {
    this.video.requestVideoFrameCallback((_, { expectedDisplayTime }) => {
      this.next();
      this.look(performance.timeOrigin + expectedDisplayTime);
    });
  }

  private look(atMs: number): void {
    this.frames.push(atMs);
    this.context.drawImage(this.video, 0, 0, SAMPLE, SAMPLE);
    const { data } = this.context.getImageData(0, 0, SAMPLE, SAMPLE);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += data[at + 1] ?? 0;
    const isBright = sum / (SAMPLE * SAMPLE) > FLASH_FROM;
    if (isBright && !this.isBright) this.flashes.push(atMs);
    this.isBright = isBright;
  }
}

/** Finds where tones begin, in what it is given: sums over ten milliseconds how much of each tone is in it. */
const EAR = `registerProcessor("ear", class extends AudioWorkletProcessor {
  constructor({ processorOptions: { tones } }) {
    super();
    this.tones = tones.map((hz) => ({ hz, re: 0, im: 0, quietSince: 0, on: true, run: 0 }));
    this.at = 0;
    this.length = Math.round(sampleRate / 100);
  }
  process([input]) {
    const now = Date.now();
    const samples = input[0];
    const frames = samples ? samples.length : 128;
    for (let i = 0; i < frames; i += 1) {
      this.at += 1;
      const value = samples ? samples[i] : 0;
      for (const tone of this.tones) {
        const angle = (2 * Math.PI * tone.hz * this.at) / sampleRate;
        tone.re += value * Math.cos(angle);
        tone.im += value * Math.sin(angle);
      }
      if (this.at % this.length !== 0) continue;
      for (const tone of this.tones) {
        const level = (2 * Math.hypot(tone.re, tone.im)) / this.length;
        tone.re = tone.im = 0;
        if (level < 0.05) {
          tone.run = 0;
          if (tone.on) tone.quietSince = this.at;
          tone.on = false;
          continue;
        }
        tone.run += 1;
        // Where another tone begins or ends, one window has something of every tone in it, and never two.
        if (tone.run < 2 || tone.on) continue;
        if (this.at - tone.quietSince > sampleRate / 2) {
          const late = (1000 * (frames - 1 - i + 2 * this.length)) / sampleRate;
          this.port.postMessage([tone.hz, now - late]);
        }
        tone.on = true;
      }
    }
    return true;
  }
});`;

/** What is heard: when each tone began. */
class Ears {
  readonly tones: Record<number, number[]> = {};
  /** As slow as the tones allow: three pages at 48 kHz would be work. */
  readonly context = new AudioContext({ latencyHint: "interactive", sampleRate: 16_000 });
  private node: AudioWorkletNode | null = null;

  async open(tones: readonly number[]): Promise<this> {
    await this.context.audioWorklet.addModule(URL.createObjectURL(new Blob([EAR], { type: "text/javascript" })));
    this.node = new AudioWorkletNode(this.context, "ear", { processorOptions: { tones } });
    for (const hz of tones) this.tones[hz] = [];
    this.node.port.onmessage = ({ data: [hz, atMs] }) => this.tones[hz]?.push(atMs);
    const silent = new GainNode(this.context, { gain: 0 });
    this.node.connect(silent).connect(this.context.destination);
    return this;
  }

  hear(track: MediaStreamTrack): void {
    if (this.node) this.context.createMediaStreamSource(new MediaStream([track])).connect(this.node);
  }
}

/** The connections of this page, the newest last. */
const peers: RTCPeerConnection[] = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    peers.push(this);
  }
};

const eyes = new Map<string, Eye>();
let ears: Ears | null = null;

/** Begins to listen for tones: in the own microphone, and in all that is received. */
async function listen(tones: readonly number[]): Promise<void> {
  const peer = peers.at(-1);
  if (!peer) throw new Error("no call");
  ears = await new Ears().open(tones);
  const microphone = peer.getSenders().find(({ track }) => track?.kind === "audio")?.track;
  if (microphone) ears.hear(microphone);
  for (const { track } of peer.getReceivers()) if (track.kind === "audio" && !track.muted) ears.hear(track);
}

/** Looks at a tile, or at the own camera, from now on. */
async function look(name: string): Promise<void> {
  let video = document.querySelector<HTMLVideoElement>(`[id="${name}"] video`);
  if (name === "own") {
    const track = peers
      .at(-1)
      ?.getSenders()
      .find((sender) => sender.track?.kind === "video")?.track;
    video = document.createElement("video");
    Object.assign(video, { muted: true, srcObject: new MediaStream(track ? [track] : []), width: 64, height: 36 });
    document.body.prepend(video);
    await video.play();
  }
  if (video) eyes.set(name, new Eye(video));
}

/** What was seen and heard since this was asked for last. */
function sensed() {
  const take = (times: number[]) => times.splice(0);
  const seen = [...eyes].map(([name, { frames, flashes }]) => [name, { frames: take(frames), flashes: take(flashes) }]);
  const heard = Object.entries(ears?.tones ?? {});
  return {
    seen: Object.fromEntries(seen),
    heard: Object.fromEntries(heard.map(([hz, times]) => [hz, take(times)])),
  };
}

/** The browser's statistics of the newest connection, those of some kinds. */
async function statistics(...types: string[]): Promise<unknown[]> {
  const report = await peers.at(-1)?.getStats();
  const entries: { type: string }[] = [];
  report?.forEach((entry) => void entries.push(entry));
  return entries.filter(({ type }) => types.includes(type));
}

/** The way that packets take: protocol and the own port. */
async function way(): Promise<{ protocol: string; port: number; remote: number; rttMs: number } | null> {
  const all = (await statistics("transport", "candidate-pair", "local-candidate", "remote-candidate")) as {
    id: string;
    type: string;
    [key: string]: unknown;
  }[];
  const find = (id: unknown) => all.find((entry) => entry.id === id);
  const pair = find(all.find(({ type }) => type === "transport")?.["selectedCandidatePairId"]);
  const [local, remote] = [find(pair?.["localCandidateId"]), find(pair?.["remoteCandidateId"])];
  if (!local || !remote) return null;
  return {
    protocol: String(local["protocol"]),
    port: Number(local["port"]),
    remote: Number(remote["port"]),
    rttMs: Number(pair?.["currentRoundTripTime"]) * 1000,
  };
}

export const senses = { listen, look, sensed, statistics, way };
