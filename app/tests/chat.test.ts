import { type NERoomAnyMessage, NERoomChatMessageType } from "parlor-web";
import { describe, expect, it } from "vitest";
import { type ChatLog, chatAfter, EMPTY_LOG, type Entry, piecesOf, sizeText } from "../src/chat/log.js";

const base = { chatroomType: 0, fromAvatar: "", fromNick: "Bob", fromUserUuid: "bob" };

function text(messageUuid: string, time: number, from = "bob"): NERoomAnyMessage {
  return { ...base, fromUserUuid: from, messageUuid, time, messageType: NERoomChatMessageType.TEXT, text: messageUuid };
}

function recall(of: string): NERoomAnyMessage {
  const attachStr = JSON.stringify({ type: 323, messageUuid: of });
  return { ...base, messageUuid: `r-${of}`, time: 99, messageType: NERoomChatMessageType.NOTIFICATION, attachStr };
}

const received = (log: ChatLog, message: NERoomAnyMessage) => chatAfter(log, { type: "received", message, own: "ann" });
const ids = ({ entries }: ChatLog) => entries.map(({ messageUuid }) => messageUuid);

const sending: Entry = {
  messageUuid: "mine",
  fromUuid: "ann",
  fromName: "Ann",
  fromAvatar: "",
  to: [],
  atMs: 5,
  content: { kind: "text", text: "hi" },
  state: "sending",
};

describe("the chat", () => {
  it("has each message once, in the order of time, whoever brings it", () => {
    let log = received(EMPTY_LOG, text("b", 2));
    log = chatAfter(log, { type: "history", messages: [text("a", 1), text("b", 2)] });
    log = received(log, text("b", 2));
    expect(ids(log)).toEqual(["a", "b"]);
  });

  it("counts what others write while it is closed", () => {
    let log = received(EMPTY_LOG, text("a", 1));
    log = received(log, text("own", 2, "ann"));
    expect(log.unread).toBe(1);
    log = chatAfter(log, { type: "looked", isOpen: true });
    log = received(log, text("c", 3));
    expect(log.unread).toBe(0);
  });

  it("replaces what is under way by what the server made of it", () => {
    let log = chatAfter(EMPTY_LOG, { type: "sending", entry: sending });
    log = chatAfter(log, { type: "progress", messageUuid: "mine", progress: 0.5 });
    expect(log.entries[0]?.progress).toBe(0.5);
    log = chatAfter(log, { type: "failed", messageUuid: "mine" });
    expect(log.entries[0]?.state).toBe("failed");
    log = chatAfter(log, { type: "sending", entry: sending });
    log = chatAfter(log, { type: "sent", message: text("mine", 7, "ann") });
    expect(log.entries.map(({ messageUuid, state }) => [messageUuid, state])).toEqual([["mine", "sent"]]);
    expect(ids(chatAfter(log, { type: "dropped", messageUuid: "mine" }))).toEqual([]);
  });

  it("forgets the words of a recalled message, also of one that comes with the history", () => {
    let log = received(EMPTY_LOG, text("a", 1));
    log = received(log, recall("a"));
    expect(log.entries[0]).toMatchObject({ state: "recalled", content: { text: "" } });
    log = chatAfter(EMPTY_LOG, { type: "history", messages: [text("a", 1), recall("a")] });
    expect(log.entries[0]?.state).toBe("recalled");
  });

  it("keeps notices that are no messages out", () => {
    const joined = { ...recall("x"), attachStr: JSON.stringify({ type: 301 }) } as NERoomAnyMessage;
    expect(ids(received(EMPTY_LOG, joined))).toEqual([]);
    expect(ids(received(EMPTY_LOG, { ...joined, attachStr: "{" } as NERoomAnyMessage))).toEqual([]);
  });
});

describe("a text", () => {
  it("has its addresses, without the sentence around them", () => {
    expect(piecesOf("see https://a.example/x?y=1, or http://b.example.")).toEqual([
      { text: "see " },
      { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" },
      { text: ", or " },
      { text: "http://b.example", href: "http://b.example" },
      { text: "." },
    ]);
    expect(piecesOf("javascript:alert(1) 看 https://c.example/路。")).toEqual([
      { text: "javascript:alert(1) 看 " },
      { text: "https://c.example/路", href: "https://c.example/路" },
      { text: "。" },
    ]);
  });

  it("says sizes for people", () => {
    expect([12, 2048, 20_480, 5_300_000].map(sizeText)).toEqual(["12 B", "2.0 KB", "20 KB", "5.1 MB"]);
  });
});
