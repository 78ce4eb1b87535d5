import type { NERoomAnyMessage, NERoomContext, NIMChatroomMessage } from "parlor-web";
import { Store } from "../base/store.js";
import { say } from "../base/toast.js";
import { errorText } from "../text/text.js";
import { type ChatAct, chatAfter, EMPTY_LOG, type Entry } from "./log.js";

const HISTORY = 60;
const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

/** The chat of the room that the page is in. */
export class RoomChat {
  readonly log = new Store(EMPTY_LOG);
  /** Whom the next message is for; empty = everybody. */
  readonly to = new Store("");
  /** What is under way, to be sent again when it fails. */
  private readonly files = new Map<string, File>();

  constructor(private readonly room: NERoomContext) {}

  get isSupported(): boolean {
    return this.room.chatController?.isSupported ?? false;
  }

  /** Joins the chat and fetches what was written before. */
  async begin(): Promise<void> {
    const { chatController } = this.room;
    if (!chatController?.isSupported) return;
    try {
      await chatController.joinChatroom();
      const { data } = await chatController.fetchChatroomHistoryMessages({ limit: HISTORY }, 0);
      this.act({ type: "history", messages: data });
    } catch (error) {
      say(errorText(error), { kind: "error" });
    }
  }

  received(messages: readonly NERoomAnyMessage[]): void {
    const own = this.room.localMember.uuid;
    for (const message of messages) this.act({ type: "received", message, own });
  }

  progress(messageUuid: string, transferred: number, total: number): void {
    this.act({ type: "progress", messageUuid, progress: total > 0 ? transferred / total : 0 });
  }

  look(isOpen: boolean): void {
    this.act({ type: "looked", isOpen });
  }

  sendText(text: string): Promise<void> {
    const entry = this.begun({ kind: "text", text });
    return this.deliver(entry);
  }

  async sendFile(file: File): Promise<void> {
    const image = IMAGES.includes(file.type) ? await measured(file) : null;
    const base = { name: file.name, bytes: file.size, url: image?.url ?? "" };
    const entry = this.begun(image ? { kind: "image", ...base, ...image.size } : { kind: "file", ...base });
    this.files.set(entry.messageUuid, file);
    await this.deliver({ ...entry, progress: 0 });
  }

  /** Sends once more what failed; the same id makes sure that it arrives once. */
  again(entry: Entry): Promise<void> {
    return this.deliver({ ...entry, state: "sending" });
  }

  drop(entry: Entry): void {
    this.files.delete(entry.messageUuid);
    this.act({ type: "dropped", messageUuid: entry.messageUuid });
  }

  async cancel(entry: Entry): Promise<void> {
    await this.room.chatController?.cancelSendFileMessage(entry.messageUuid).catch(() => {});
    this.drop(entry);
  }

  async recall(entry: Entry): Promise<void> {
    try {
      await this.room.chatController?.recallChatroomMessage(entry.messageUuid, entry.atMs);
      this.act({ type: "recalled", messageUuid: entry.messageUuid });
    } catch (error) {
      say(errorText(error), { kind: "error" });
    }
  }

  async download({ content, messageUuid }: Entry): Promise<void> {
    if (content.kind === "text") return;
    try {
      await this.room.chatController?.downloadAttachment(messageUuid, content.url, content.name);
    } catch (error) {
      say(errorText(error), { kind: "error" });
    }
  }

  private act(act: ChatAct): void {
    this.log.update((log) => chatAfter(log, act));
  }

  private begun(content: Entry["content"]): Entry {
    const { uuid, name, avatar } = this.room.localMember;
    const to = this.to.get();
    return {
      messageUuid: randomId(),
      fromUuid: uuid,
      fromName: name,
      fromAvatar: avatar,
      to: to ? [to] : [],
      atMs: Date.now(),
      content,
      state: "sending",
    };
  }

  private async deliver(entry: Entry): Promise<void> {
    this.act({ type: "sending", entry });
    try {
      const message = await this.send(entry);
      this.files.delete(entry.messageUuid);
      if (message) this.act({ type: "sent", message });
    } catch (error) {
      if (!this.log.get().entries.some(({ messageUuid }) => messageUuid === entry.messageUuid)) return;
      this.act({ type: "failed", messageUuid: entry.messageUuid });
      say(errorText(error), { kind: "error" });
    }
  }

  private async send({ messageUuid, content, to }: Entry): Promise<NIMChatroomMessage | undefined> {
    const chat = this.room.chatController;
    const users = [...to];
    if (content.kind === "text") return (await chat?.sendTextMessage(messageUuid, content.text, users))?.data;
    const file = this.files.get(messageUuid);
    if (!file) return undefined;
    if (content.kind === "file") return (await chat?.sendFileMessage(messageUuid, file, users))?.data;
    return (await chat?.sendImageMessage(messageUuid, file, content.width, content.height, users))?.data;
  }
}

/** How large an image is; null for one that this browser cannot read. */
async function measured(file: File): Promise<{ url: string; size: { width: number; height: number } } | null> {
  try {
    const { width, height } = await createImageBitmap(file);
    return { url: URL.createObjectURL(file), size: { width, height } };
  } catch {
    return null;
  }
}

/** By `getRandomValues`, which pages on plain HTTP have too. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
