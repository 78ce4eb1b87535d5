/** How a camera is opened. */
export interface CameraConfig {
  readonly height: number;
  readonly frameRate: number;
  readonly facingMode?: "user" | "environment";
}

/** How a screen is opened. */
export interface ScreenConfig {
  readonly height?: number;
  readonly frameRate: number;
  readonly surface?: "browser" | "window" | "monitor";
  readonly bitrate?: number;
}

/** What a track is for: tells the encoder what to keep when not everything fits. */
type Hint = "speech" | "music" | "motion" | "detail";

/** Opens the microphone with the browser's own echo and noise removal, or as it is, for music. */
export async function openMicrophone(deviceId: string, music: boolean): Promise<MediaStreamTrack> {
  const audio: MediaTrackConstraints = {
    ...chosen(deviceId),
    echoCancellation: true,
    noiseSuppression: !music,
    autoGainControl: !music,
    channelCount: music ? { ideal: 2 } : { ideal: 1 },
  };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  return hinted(stream.getAudioTracks()[0], music ? "music" : "speech");
}

export async function openCamera(deviceId: string, config: CameraConfig): Promise<MediaStreamTrack> {
  const { height, frameRate, facingMode } = config;
  const video: MediaTrackConstraints = {
    ...(facingMode ? { facingMode } : chosen(deviceId)),
    width: { ideal: Math.round((height * 16) / 9) },
    height: { ideal: height },
    frameRate: { ideal: frameRate, max: frameRate },
  };
  const stream = await navigator.mediaDevices.getUserMedia({ video });
  return hinted(stream.getVideoTracks()[0], "motion");
}

/** Lets the person choose what to show; its sound comes with it where the browser offers that. */
export async function openScreen(
  config: ScreenConfig,
): Promise<{ picture: MediaStreamTrack; sound: MediaStreamTrack | null }> {
  const { height, frameRate, surface } = config;
  const video: MediaTrackConstraints = { frameRate: { ideal: frameRate, max: 30 } };
  if (height) video.height = { max: height };
  if (surface) video.displaySurface = surface;
  const stream = await navigator.mediaDevices.getDisplayMedia({
    video,
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    systemAudio: "include",
  } as DisplayMediaStreamOptions);
  const sound = stream.getAudioTracks()[0];
  return { picture: hinted(stream.getVideoTracks()[0], "detail"), sound: sound ? hinted(sound, "music") : null };
}

function hinted(track: MediaStreamTrack | undefined, hint: Hint): MediaStreamTrack {
  if (!track) throw new DOMException("the device gives nothing", "NotFoundError");
  track.contentHint = hint;
  return track;
}

function chosen(deviceId: string): MediaTrackConstraints {
  return deviceId ? { deviceId: { exact: deviceId } } : {};
}

/** Whether the person, or the browser for them, said no. */
export function isDenied(error: unknown): boolean {
  const name = (error as { name?: string } | null)?.name;
  return name === "NotAllowedError" || name === "SecurityError";
}
