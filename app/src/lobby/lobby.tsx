import { type FormEvent, useState } from "react";
import { Avatar } from "../base/avatar.js";
import { Button, IconButton } from "../base/button.js";
import { Field } from "../base/field.js";
import { Icon } from "../base/icon.js";
import { Menu } from "../base/menu.js";
import { go, roomMeant, shownRoom } from "../route.js";
import { forgetRoom, type RecentRoom, recentRooms } from "../session/kept.js";
import { logOut, type Session } from "../session/session.js";
import { useLanguage, useText } from "../text/text.js";
import { Frame } from "./frame.js";
import { NewRoom } from "./newroom.js";

type LoggedIn = Extract<Session, { status: "in" }>;

/** Where rooms are made and joined. */
export function Lobby({ session }: { session: LoggedIn }) {
  const t = useText();
  const [creating, setCreating] = useState(false);
  return (
    <Frame account={<Account session={session} />}>
      <div className="lobby">
        <header>
          <h1>{t("hello", { name: session.name })}</h1>
          <p className="lead">{t("lobbyLead")}</p>
        </header>
        <div className="doors">
          <button type="button" className="door door-main" onClick={() => setCreating(true)}>
            <span className="door-icon">
              <Icon name="plus" size={26} />
            </span>
            <span className="door-words">
              <strong>{t("newRoom")}</strong>
              <span>{t("newRoomLead")}</span>
            </span>
            <Icon name="right" size={22} />
          </button>
          <JoinDoor />
        </div>
        <Recent appKey={session.appKey} />
      </div>
      {creating && <NewRoom session={session} onClose={() => setCreating(false)} />}
    </Frame>
  );
}

function Account({ session }: { session: LoggedIn }) {
  const t = useText();
  return (
    <Menu
      label={session.name}
      groups={[
        { heading: session.userUuid, items: [{ label: t("logOut"), icon: "exit", onPick: () => void logOut() }] },
      ]}
      button={(props) => (
        <button {...props} type="button" className="account" aria-label={session.name}>
          <Avatar id={session.userUuid} name={session.name} size={34} />
        </button>
      )}
    />
  );
}

function JoinDoor() {
  const t = useText();
  const [written, setWritten] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const room = roomMeant(written);
    setWrong(room === null);
    if (room !== null) go({ page: "room", room });
  };
  return (
    <form className="door" onSubmit={submit} noValidate>
      <span className="door-icon">
        <Icon name="enter" size={24} />
      </span>
      <div className="door-form">
        <Field
          label={t("roomNumber")}
          value={written}
          placeholder={t("roomNumberPlaceholder")}
          error={wrong ? t("roomNumberWrong") : undefined}
          onValue={(value) => {
            setWritten(value);
            setWrong(false);
          }}
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
        />
        <Button submit disabled={!written.trim()}>
          {t("join")}
        </Button>
      </div>
    </form>
  );
}

function Recent({ appKey }: { appKey: string }) {
  const t = useText();
  const language = useLanguage();
  const [rooms, setRooms] = useState(() => recentRooms().filter((room) => room.appKey === appKey));
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const forget = (room: RecentRoom) => {
    forgetRoom(room);
    setRooms(rooms.filter((known) => known !== room));
  };
  return (
    <section className="recent" aria-labelledby="recent">
      <h2 id="recent">{t("recent")}</h2>
      {rooms.length === 0 && <p className="field-hint">{t("recentNone")}</p>}
      <ul>
        {rooms.map((entry) => (
          <li key={entry.room}>
            <button type="button" className="recent-room" onClick={() => go({ page: "room", room: entry.room })}>
              <span className="recent-icon">
                <Icon name="clock" size={18} />
              </span>
              <span className="recent-words">
                <strong>{entry.name || shownRoom(entry.room)}</strong>
                <span>
                  {shownRoom(entry.room)} · {when.format(entry.atMs)}
                </span>
              </span>
              {entry.host && <span className="tag">{t("wasHost")}</span>}
            </button>
            <IconButton icon="close" size="s" label={t("forget")} tip="none" onClick={() => forget(entry)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
