import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IconButton } from "../base/button.js";
import { useStore } from "../base/store.js";
import type { Meeting } from "../meeting/meeting.js";
import { useText } from "../text/text.js";

const LONGEST = 5000;
const TALLEST_PX = 140;

/** Where messages are written. Enter sends, Shift and Enter begin a new line. */
export function Composer({ meeting }: { meeting: Meeting }) {
  const t = useText();
  const { chat } = meeting;
  const { me, members } = useStore(meeting.view);
  const to = useStore(chat.to);
  const [written, setWritten] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const others = members.filter(({ uuid }) => uuid !== me.uuid);
  const receiver = others.find(({ uuid }) => uuid === to);
  useEffect(() => area.current?.focus(), []);
  useEffect(() => {
    if (to && !others.some(({ uuid }) => uuid === to)) chat.to.set("");
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: as tall as what is written
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, TALLEST_PX)}px`;
  }, [written]);
  const send = () => {
    const text = written.trim();
    if (!text) return;
    setWritten("");
    void chat.sendText(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends the choice of a character is not meant for us.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  if (me.isChatBanned) return <p className="composer-banned">{t("chatBanned")}</p>;
  return (
    <div className="composer">
      {others.length > 0 && (
        <label className="composer-to">
          {t("to")}
          <select value={receiver ? to : ""} onChange={(event) => chat.to.set(event.target.value)}>
            <option value="">{t("everyone")}</option>
            {others.map(({ uuid, name }) => (
              <option key={uuid} value={uuid}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="composer-line">
        <IconButton icon="clip" label={t("attach")} tip="none" onClick={() => files.current?.click()} />
        <textarea
          ref={area}
          rows={1}
          value={written}
          maxLength={LONGEST}
          aria-label={receiver ? t("writeTo", { name: receiver.name }) : t("writeHere")}
          placeholder={receiver ? t("writeTo", { name: receiver.name }) : t("writeHere")}
          enterKeyHint="send"
          onChange={(event) => setWritten(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = [...event.clipboardData.files];
            if (pasted.length > 0) event.preventDefault();
            for (const file of pasted) void chat.sendFile(file);
          }}
        />
        <IconButton icon="send" kind="active" label={t("send")} tip="none" disabled={!written.trim()} onClick={send} />
        <input
          ref={files}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            for (const file of event.target.files ?? []) void chat.sendFile(file);
            event.target.value = "";
          }}
        />
      </div>
    </div>
  );
}
