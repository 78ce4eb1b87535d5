import { type DragEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Avatar } from "../base/avatar.js";
import { IconButton } from "../base/button.js";
import { Icon } from "../base/icon.js";
import { SidePanel } from "../base/panel.js";
import { useStore } from "../base/store.js";
import type { Meeting } from "../meeting/meeting.js";
import { useText } from "../text/text.js";
import { Composer } from "./composer.js";
import type { Entry } from "./log.js";
import { MessageBody } from "./message.js";

/** Messages of one person within this time stand under one name. */
const TOGETHER_MS = 4 * 60_000;
/** So near the end, new messages are followed. */
const NEAR_PX = 90;

export function ChatPanel({ meeting, onClose }: { meeting: Meeting; onClose: () => void }) {
  const t = useText();
  const { chat } = meeting;
  const [isOver, setOver] = useState(false);
  if (!chat.isSupported) {
    return (
      <SidePanel title={t("chat")} onClose={onClose}>
        <p className="chat-empty">{t("chatNone")}</p>
      </SidePanel>
    );
  }
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    for (const file of event.dataTransfer.files) void chat.sendFile(file);
  };
  return (
    <SidePanel title={t("chat")} onClose={onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: files can be chosen by a button too */}
      <div
        className="chat"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={(event) => event.currentTarget === event.target && setOver(false)}
        onDrop={drop}
      >
        <Messages meeting={meeting} />
        <Composer meeting={meeting} />
        {isOver && (
          <div className="chat-drop" aria-hidden="true">
            <Icon name="clip" size={28} />
            {t("dropHere")}
          </div>
        )}
      </div>
    </SidePanel>
  );
}

function Messages({ meeting }: { meeting: Meeting }) {
  const t = useText();
  const { entries } = useStore(meeting.chat.log);
  const list = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  const [isBehind, setBehind] = useState(false);
  const toEnd = () => list.current?.scrollTo({ top: list.current.scrollHeight });
  // biome-ignore lint/correctness/useExhaustiveDependencies: with every new message
  useLayoutEffect(() => {
    if (follows.current || entries.at(-1)?.state === "sending") toEnd();
    else setBehind(true);
  }, [entries.length]);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    // Images that arrive later make the list longer.
    const observer = new ResizeObserver(() => follows.current && toEnd());
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  });
  const scrolled = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = list.current ?? {};
    follows.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (follows.current) setBehind(false);
  };
  return (
    <div className="chat-scroll">
      <ol ref={list} className="chat-list" onScroll={scrolled} aria-live="polite" aria-relevant="additions">
        {entries.length === 0 && (
          <li className="chat-empty">
            <Icon name="chat" size={34} />
            <strong>{t("chatEmpty")}</strong>
            <span>{t("chatEmptyLead")}</span>
          </li>
        )}
        {entries.map((entry, at) => (
          <Message key={entry.messageUuid} entry={entry} before={entries[at - 1]} meeting={meeting} />
        ))}
      </ol>
      {isBehind && (
        <button type="button" className="chat-behind" onClick={toEnd}>
          <Icon name="down" size={16} />
          {t("newMessages")}
        </button>
      )}
    </div>
  );
}

function Message({ entry, before, meeting }: { entry: Entry; before: Entry | undefined; meeting: Meeting }) {
  const t = useText();
  const { me, members } = useStore(meeting.view);
  const isMine = entry.fromUuid === me.uuid;
  const sameBefore =
    before?.fromUuid === entry.fromUuid &&
    before.state !== "recalled" &&
    entry.atMs - before.atMs < TOGETHER_MS &&
    before.to.join() === entry.to.join();
  if (entry.state === "recalled") {
    return <li className="chat-notice">{isMine ? t("recalledYou") : t("recalled", { name: entry.fromName })}</li>;
  }
  const to = entry.to.map((uuid) =>
    uuid === me.uuid ? t("you") : (members.find((m) => m.uuid === uuid)?.name ?? uuid),
  );
  const time = new Date(entry.atMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const classes = ["message", isMine && "message-mine", sameBefore && "message-more"].filter(Boolean).join(" ");
  return (
    <li className={classes}>
      {!isMine && !sameBefore && (
        <Avatar id={entry.fromUuid} name={entry.fromName} picture={entry.fromAvatar} size={30} />
      )}
      <div className="message-column">
        {!sameBefore && (
          <div className="message-head">
            {!isMine && <strong>{entry.fromName}</strong>}
            {to.length > 0 && <span className="tag">{t("privatelyTo", { name: to.join(", ") })}</span>}
            <time dateTime={new Date(entry.atMs).toISOString()}>{time}</time>
          </div>
        )}
        <div className="message-line">
          <MessageBody entry={entry} chat={meeting.chat} />
          {isMine && entry.state === "sent" && (
            <IconButton
              icon="undo"
              size="s"
              tip="none"
              label={t("recall")}
              onClick={() => void meeting.chat.recall(entry)}
            />
          )}
        </div>
        {entry.state === "failed" && (
          <div className="message-failed" role="alert">
            <Icon name="warning" size={15} />
            {t("notSent")}
            <button type="button" onClick={() => void meeting.chat.again(entry)}>
              {t("sendAgain")}
            </button>
            <button type="button" onClick={() => meeting.chat.drop(entry)}>
              {t("cancel")}
            </button>
          </div>
        )}
      </div>
    </li>
  );
}
