/** Where an app wants a picture: an element, or the id of one. A `video` element is used as it is. */
export type Canvas = HTMLElement | string;

/** The size that a picture is shown in, in device pixels; zero when nobody can see it. */
export interface ShownSize {
  readonly width: number;
  readonly height: number;
}

/** Below this height, in device pixels, a tile shows nothing worth sending. */
const TINY = 16;
/** The server's limit on a side. */
const SIDE_MAX = 16_384;

/** One picture in an element of the app. */
class View {
  readonly video: HTMLVideoElement;
  private readonly own: boolean;
  private isVisible = true;
  private readonly resized: ResizeObserver | null;
  private readonly crossed: IntersectionObserver | null;

  constructor(
    readonly place: HTMLElement,
    mirrored: boolean,
    private readonly onSize: () => void,
    onResize: (video: HTMLVideoElement) => void,
  ) {
    this.own = !(place instanceof HTMLVideoElement);
    this.video = this.own ? document.createElement("video") : (place as HTMLVideoElement);
    const { video } = this;
    video.autoplay = true;
    video.playsInline = true;
    video.muted = true;
    if (this.own) {
      video.className = "parlor-video";
      video.style.cssText =
        "display:block;width:100%;height:100%;object-fit:var(--parlor-video-fit,contain)" +
        (mirrored ? ";transform:var(--parlor-mirror,scaleX(-1))" : "");
      place.appendChild(video);
    }
    video.addEventListener("resize", () => onResize(video));
    this.resized = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.onSize());
    this.resized?.observe(place);
    this.crossed =
      typeof IntersectionObserver === "undefined" ? null : new IntersectionObserver((entries) => this.seen(entries));
    this.crossed?.observe(place);
  }

  private seen(entries: readonly IntersectionObserverEntry[]): void {
    const isVisible = entries.at(-1)?.isIntersecting ?? true;
    if (isVisible === this.isVisible) return;
    this.isVisible = isVisible;
    this.onSize();
  }

  /** What is seen of it; pictures in picture and on a full screen too. */
  size(): ShownSize {
    const isApart = document.pictureInPictureElement === this.video || document.fullscreenElement === this.video;
    const { width, height } = this.place.getBoundingClientRect();
    const scale = window.devicePixelRatio || 1;
    const seen = isApart || (this.isVisible && document.visibilityState === "visible" && height * scale >= TINY);
    const pixels = (side: number) => Math.min(Math.round(side * scale), SIDE_MAX);
    return seen ? { width: pixels(width), height: pixels(height) } : { width: 0, height: 0 };
  }

  show(track: MediaStreamTrack | null): void {
    const { video } = this;
    const shown = video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks()[0] : undefined;
    if (shown === (track ?? undefined)) return;
    video.srcObject = track ? new MediaStream([track]) : null;
    if (track) void video.play().catch(() => {});
  }

  dispose(): void {
    this.resized?.disconnect();
    this.crossed?.disconnect();
    this.video.srcObject = null;
    if (this.own) this.video.remove();
  }
}

/** The pictures of a call in the elements of the app, each under a name of its own. */
export class Views {
  private readonly all = new Map<string, View>();
  private readonly tracks = new Map<string, MediaStreamTrack>();

  /** `onChange` hears that sizes or visibility changed, `onResize` the size of a picture itself. */
  constructor(
    private readonly onChange: () => void,
    private readonly onResize: (name: string, size: ShownSize) => void = () => {},
  ) {}

  /** Puts a picture into an element, also before there is one; null takes it out. False for an element that is not there. */
  place(name: string, canvas: Canvas | null | undefined, mirrored = false): boolean {
    const place = canvas ? elementOf(canvas) : null;
    const known = this.all.get(name);
    if (known && known.place === place) return true;
    known?.dispose();
    this.all.delete(name);
    if (place) {
      const resized = ({ videoWidth: width, videoHeight: height }: HTMLVideoElement) =>
        this.onResize(name, { width, height });
      const view = new View(place, mirrored, this.onChange, resized);
      this.all.set(name, view);
      view.show(this.tracks.get(name) ?? null);
    }
    this.onChange();
    return place !== null || !canvas;
  }

  show(name: string, track: MediaStreamTrack | null): void {
    if (track) this.tracks.set(name, track);
    else this.tracks.delete(name);
    this.all.get(name)?.show(track);
  }

  /** The size that the picture is shown in; null = it has no place. */
  size(name: string): ShownSize | null {
    return this.all.get(name)?.size() ?? null;
  }

  video(name: string): HTMLVideoElement | null {
    return this.all.get(name)?.video ?? null;
  }

  /** Plays again what the browser has stopped. */
  replay(name: string): Promise<void> {
    return this.all.get(name)?.video.play() ?? Promise.resolve();
  }

  /** Takes every picture out. */
  clear(): void {
    for (const view of this.all.values()) view.dispose();
    this.all.clear();
    this.tracks.clear();
  }
}

function elementOf(canvas: Canvas): HTMLElement | null {
  return typeof canvas === "string" ? document.getElementById(canvas) : canvas;
}

/** What a picture shows at this moment, as the address of a PNG image; null before the first frame. */
export function snapshot(video: HTMLVideoElement): string | null {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(video, 0, 0, width, height);
  return canvas.toDataURL("image/png");
}
