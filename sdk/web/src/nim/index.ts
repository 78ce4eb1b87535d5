/** The IM side: logging an account in, for itself or for RoomKit to reuse. */
export * from "./link.js";
export { NIM, NIM as default, V2NIMLoginService } from "./nim.js";
