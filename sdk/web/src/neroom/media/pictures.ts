import type { Wanted } from "../../core/media.js";
import type { RoomMirror } from "../../core/mirror.js";
import { MediaLayer } from "../../gen/media_pb.js";
import { type RoomEndpoint, RoomStream } from "../../gen/room_pb.js";
import { type Canvas, type ShownSize, Views } from "../../shell/media/views.js";
import type { Held } from "../../shell/media.js";
import { NEVideoStreamType } from "../published/index.js";
import { isOn } from "./own.js";

export type Picture = typeof RoomStream.VIDEO | typeof RoomStream.SUB_VIDEO;

/** Whose picture: a member's, on whatever device it is, or a device's. */
export type Whose = string | number;

/** The name of a picture among the views. */
export const nameOf = (whose: Whose, picture: Picture): string =>
  `${typeof whose === "number" ? `#${whose}` : whose}/${picture}`;
const OWN = "";

const LAYERS: Record<NEVideoStreamType, MediaLayer> = {
  [NEVideoStreamType.HIGH]: MediaLayer.HIGH,
  [NEVideoStreamType.MEDIUM]: MediaLayer.MEDIUM,
  [NEVideoStreamType.LOW]: MediaLayer.LOW,
};

/** Sizes change in swarms, when a window is drawn larger: the server hears of them together. */
const SETTLE_MS = 60;

interface Subscription {
  readonly whose: Whose;
  readonly picture: Picture;
  readonly best: MediaLayer;
}

/** Which pictures are wanted, in which size, and where they are shown. */
export class Pictures {
  readonly views: Views;
  private readonly subscriptions = new Map<string, Subscription>();
  private shown = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly visibility = () => this.changed();

  constructor(
    private readonly mirror: () => RoomMirror,
    private readonly demand: (wanted: readonly Wanted[]) => void,
    onResize: (name: string, size: ShownSize) => void,
  ) {
    this.views = new Views(() => this.changed(), onResize);
    if (typeof document !== "undefined") document.addEventListener("visibilitychange", this.visibility);
  }

  /** Where a member's picture is shown; nothing = nowhere. Answers 0, or -1 for an element that is not there. */
  place(whose: Whose, picture: Picture, canvas: Canvas | null | undefined): number {
    return this.views.place(nameOf(whose, picture), canvas) ? 0 : -1;
  }

  placeOwn(picture: Picture, canvas: Canvas | null | undefined, mirrored: boolean): number {
    return this.views.place(nameOf(OWN, picture), canvas, mirrored) ? 0 : -1;
  }

  showOwn(picture: Picture, track: MediaStreamTrack | null): void {
    this.views.show(nameOf(OWN, picture), track);
  }

  own(picture: Picture): HTMLVideoElement | null {
    return this.views.video(nameOf(OWN, picture));
  }

  subscribe(whose: Whose, picture: Picture, type: NEVideoStreamType = NEVideoStreamType.HIGH): void {
    this.subscriptions.set(nameOf(whose, picture), { whose, picture, best: LAYERS[type] ?? MediaLayer.HIGH });
    this.changed();
  }

  unsubscribe(whose: Whose, picture: Picture): void {
    this.subscriptions.delete(nameOf(whose, picture));
    this.changed();
  }

  /** Shows what is received, and nothing where nothing is. */
  hold(held: readonly Held[]): void {
    const names = new Set<string>();
    for (const { rtcUid, stream, track, paused } of held) {
      if ((stream !== RoomStream.VIDEO && stream !== RoomStream.SUB_VIDEO) || paused) continue;
      const userUuid = this.mirror().endpoint(rtcUid)?.member.userUuid;
      for (const name of [nameOf(Number(rtcUid), stream), ...(userUuid ? [nameOf(userUuid, stream)] : [])]) {
        names.add(name);
        this.views.show(name, track);
      }
    }
    for (const name of this.shown) if (!names.has(name)) this.views.show(name, null);
    this.shown = names;
  }

  /** Sizes, places, subscriptions or devices have changed. */
  changed(): void {
    this.timer ??= setTimeout(() => this.settle(), SETTLE_MS);
  }

  /** Says at once what is wanted. */
  settle(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.demand(this.wanted());
  }

  private wanted(): Wanted[] {
    const wanted = new Map<string, Wanted & { width: number; height: number }>();
    for (const [name, { whose, picture, best }] of this.subscriptions) {
      const size = this.views.size(name);
      const rtcUid = typeof whose === "number" ? BigInt(whose) : this.deviceOf(whose, picture)?.rtcUid;
      if (!size || size.width === 0 || rtcUid === undefined) continue;
      const key = nameOf(Number(rtcUid), picture);
      const known = wanted.get(key);
      if (known && known.width >= size.width) continue;
      wanted.set(key, { rtcUid, stream: picture, ...size, best, priority: picture === RoomStream.SUB_VIDEO ? 1 : 0 });
    }
    return [...wanted.values()];
  }

  /** Which of a member's devices the picture comes from. */
  deviceOf(userUuid: string, picture: RoomStream): RoomEndpoint | undefined {
    const endpoints = this.mirror().member(userUuid)?.endpoints ?? [];
    return endpoints.find((endpoint) => isOn(endpoint, picture)) ?? endpoints[0];
  }

  end(): void {
    clearTimeout(this.timer);
    this.subscriptions.clear();
    this.views.clear();
    if (typeof document !== "undefined") document.removeEventListener("visibilitychange", this.visibility);
  }
}
