import { IconButton } from "../base/button.js";
import { Icon } from "../base/icon.js";
import { useText } from "../text/text.js";
import type { RoomChat } from "./chat.js";
import { type Entry, piecesOf, sizeText } from "./log.js";

const IMAGE_WIDEST = 240;
const IMAGE_TALLEST = 260;

/** What a message says. */
export function MessageBody({ entry, chat }: { entry: Entry; chat: RoomChat }) {
  const { content } = entry;
  if (content.kind === "image") return <Picture entry={entry} chat={chat} />;
  if (content.kind === "file") return <Attachment entry={entry} chat={chat} />;
  return (
    <p className={entry.state === "sending" ? "bubble bubble-waits" : "bubble"}>
      {piecesOf(content.text).map(({ text, href }, at) =>
        href ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text never move
          <a key={at} href={href} target="_blank" rel="noopener noreferrer">
            {text}
          </a>
        ) : (
          text
        ),
      )}
    </p>
  );
}

function Picture({ entry, chat }: { entry: Entry; chat: RoomChat }) {
  const t = useText();
  const { content, state, progress } = entry;
  if (content.kind !== "image") return null;
  const scale = Math.min(1, IMAGE_WIDEST / (content.width || 1), IMAGE_TALLEST / (content.height || 1));
  const size = {
    width: Math.round(content.width * scale) || undefined,
    height: Math.round(content.height * scale) || undefined,
  };
  return (
    <div className="picture">
      <button
        type="button"
        aria-label={t("openImage", { name: content.name })}
        disabled={state !== "sent"}
        onClick={() => void chat.download(entry)}
      >
        {content.url && <img src={content.url} alt={content.name} {...size} loading="lazy" />}
      </button>
      {state === "sending" && <Transfer entry={entry} chat={chat} progress={progress ?? 0} />}
    </div>
  );
}

function Attachment({ entry, chat }: { entry: Entry; chat: RoomChat }) {
  const t = useText();
  const { content, state, progress } = entry;
  if (content.kind !== "file") return null;
  return (
    <div className="attachment">
      <span className="attachment-icon">
        <Icon name="file" size={22} />
      </span>
      <span className="attachment-words">
        <strong>{content.name}</strong>
        <span>{sizeText(content.bytes)}</span>
        {state === "sending" && <Transfer entry={entry} chat={chat} progress={progress ?? 0} />}
      </span>
      {state === "sent" && (
        <IconButton
          icon="download"
          size="s"
          tip="none"
          label={t("download", { name: content.name })}
          onClick={() => void chat.download(entry)}
        />
      )}
    </div>
  );
}

function Transfer({ entry, chat, progress }: { entry: Entry; chat: RoomChat; progress: number }) {
  const t = useText();
  const percent = Math.round(progress * 100);
  return (
    <span className="transfer">
      <progress value={percent} max={100} aria-label={t("sending")} />
      <IconButton icon="close" size="s" tip="none" label={t("cancelSending")} onClick={() => void chat.cancel(entry)} />
    </span>
  );
}
