/** The machines without the browser: pure, to be driven by sockets and clocks of any kind. */
export * from "./api.js";
export type { JoinedRoom } from "./joined.js";
export { LinkMachine } from "./link.js";
export { MediaMachine } from "./media.js";
export { RoomMirror } from "./mirror.js";
export type { RoomMachine } from "./room.js";
export { type Config, defaultConfig } from "./state.js";
