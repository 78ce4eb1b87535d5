/** RoomKit for browsers, and the IM login that it can reuse. */
export { type CodeName, codes, Remedy } from "./gen/codes.js";
export { sentences } from "./gen/sentences.js";
export { ChatController } from "./neroom/chat.js";
export { RoomContext } from "./neroom/context.js";
export { FileService } from "./neroom/file.js";
export { AuthService } from "./neroom/identity.js";
export * from "./neroom/published/index.js";
export { NERoomError } from "./neroom/result.js";
export { RoomService } from "./neroom/room.js";
export { NERoom, NERoom as default } from "./neroom/roomkit.js";
export { MessageChannelService } from "./neroom/signalling.js";
export * from "./nim/index.js";
