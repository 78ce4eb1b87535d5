/** The published declarations: names, shapes and numbers of RoomKit for browsers. */
export type * from "./board.js";
export type * from "./chat.js";
export * from "./enums.js";
export type * from "./file.js";
export type * from "./identity.js";
export type * from "./live.js";
export type * from "./media.js";
export type * from "./room.js";
export type * from "./seat.js";
export type * from "./waiting.js";
