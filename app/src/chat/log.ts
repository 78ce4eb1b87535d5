import type { NERoomAnyMessage } from "parlor-web";

/** One entry of the chat as it is shown. */
export interface Entry {
  messageUuid: string;
  fromUuid: string;
  fromName: string;
  fromAvatar: string;
  /** Empty for a message to everybody. */
  to: readonly string[];
  atMs: number;
  content: Content;
  state: "sent" | "sending" | "failed" | "recalled";
  /** Of a file under way, 0 to 1. */
  progress?: number | undefined;
}

export type Content =
  | { kind: "text"; text: string }
  | { kind: "file"; name: string; bytes: number; url: string }
  | { kind: "image"; name: string; bytes: number; url: string; width: number; height: number };

export interface ChatLog {
  entries: readonly Entry[];
  unread: number;
  isOpen: boolean;
}

export const EMPTY_LOG: ChatLog = { entries: [], unread: 0, isOpen: false };

export type ChatAct =
  | { type: "received"; message: NERoomAnyMessage; own: string }
  | { type: "history"; messages: readonly NERoomAnyMessage[] }
  | { type: "sending"; entry: Entry }
  | { type: "progress"; messageUuid: string; progress: number }
  | { type: "sent"; message: NERoomAnyMessage }
  | { type: "failed"; messageUuid: string }
  | { type: "dropped"; messageUuid: string }
  | { type: "recalled"; messageUuid: string }
  | { type: "looked"; isOpen: boolean };

/** The chat after something happened. A message is there once, whoever brings it. */
export function chatAfter(log: ChatLog, act: ChatAct): ChatLog {
  switch (act.type) {
    case "received": {
      const recalled = recalledBy(act.message);
      if (recalled) return chatAfter(log, { type: "recalled", messageUuid: recalled });
      const entry = entryOf(act.message);
      if (!entry || has(log, entry.messageUuid)) return log;
      const counts = !log.isOpen && entry.fromUuid !== act.own;
      return { ...log, entries: inTime([...log.entries, entry]), unread: log.unread + (counts ? 1 : 0) };
    }
    case "history": {
      const recalled = new Set(act.messages.map(recalledBy));
      const fresh = act.messages.flatMap((message) => entryOf(message) ?? []);
      const added = fresh.filter(({ messageUuid }) => !has(log, messageUuid));
      const marked = added.map((entry) => (recalled.has(entry.messageUuid) ? asRecalled(entry) : entry));
      return { ...log, entries: inTime([...marked, ...log.entries]) };
    }
    case "sending": {
      const others = log.entries.filter(({ messageUuid }) => messageUuid !== act.entry.messageUuid);
      return { ...log, entries: [...others, act.entry] };
    }
    case "progress":
      return change(log, act.messageUuid, (entry) => ({ ...entry, progress: act.progress }));
    case "sent": {
      const entry = entryOf(act.message);
      if (!entry) return log;
      const others = log.entries.filter(({ messageUuid }) => messageUuid !== entry.messageUuid);
      return { ...log, entries: inTime([...others, entry]) };
    }
    case "failed":
      return change(log, act.messageUuid, (entry) => ({ ...entry, state: "failed", progress: undefined }));
    case "dropped":
      return { ...log, entries: log.entries.filter(({ messageUuid }) => messageUuid !== act.messageUuid) };
    case "recalled":
      return change(log, act.messageUuid, asRecalled);
    case "looked":
      return log.isOpen === act.isOpen ? log : { ...log, isOpen: act.isOpen, unread: 0 };
  }
}

/** The message that a notification says was recalled. */
export function recalledBy(message: NERoomAnyMessage): string | null {
  if (message.messageType !== "notification") return null;
  try {
    const { type, messageUuid } = JSON.parse(message.attachStr) as { type?: number; messageUuid?: string };
    return type === RECALL ? (messageUuid ?? null) : null;
  } catch {
    return null;
  }
}

/** The notification's number for a recall. */
const RECALL = 323;

export function entryOf(message: NERoomAnyMessage): Entry | null {
  const content = contentOf(message);
  if (!content) return null;
  return {
    messageUuid: message.messageUuid,
    fromUuid: message.fromUserUuid,
    fromName: message.fromNick || message.fromUserUuid,
    fromAvatar: message.fromAvatar,
    to: message.toUserUuidList ?? [],
    atMs: message.time,
    content,
    state: "sent",
  };
}

function contentOf(message: NERoomAnyMessage): Content | null {
  switch (message.messageType) {
    case "text":
      return { kind: "text", text: message.text };
    case "file":
      return { kind: "file", name: message.displayName, bytes: message.size, url: message.url };
    case "image": {
      const { displayName: name, size: bytes, url, width, height } = message;
      return { kind: "image", name, bytes, url, width, height };
    }
    default:
      return null;
  }
}

function has({ entries }: ChatLog, messageUuid: string): boolean {
  return entries.some((entry) => entry.messageUuid === messageUuid);
}

function change(log: ChatLog, messageUuid: string, to: (entry: Entry) => Entry): ChatLog {
  return { ...log, entries: log.entries.map((entry) => (entry.messageUuid === messageUuid ? to(entry) : entry)) };
}

function asRecalled(entry: Entry): Entry {
  return { ...entry, state: "recalled", content: { kind: "text", text: "" } };
}

function inTime(entries: Entry[]): Entry[] {
  return entries.sort((a, b) => a.atMs - b.atMs);
}

/** A piece of a text: words, or an address that can be opened. */
export type Piece = { text: string; href?: string };

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}，。；：！？）】]/g;

/** Finds the web addresses in a text. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index) });
    pieces.push({ text: found[0], href: found[0] });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** A size for people. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(kib < 10 ? 1 : 0)} KB` : `${(kib / 1024).toFixed(1)} MB`;
}
