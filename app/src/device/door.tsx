import type { NERoomContext } from "parlor-web";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Avatar } from "../base/avatar.js";
import { Button } from "../base/button.js";
import { Field } from "../base/field.js";
import { Icon } from "../base/icon.js";
import { useStore } from "../base/store.js";
import { Frame } from "../lobby/frame.js";
import { passwords } from "../lobby/newroom.js";
import { go, shownRoom } from "../route.js";
import { recentRooms } from "../session/kept.js";
import { rename, rooms, type Session } from "../session/session.js";
import { codeNameOf, errorText, useText } from "../text/text.js";
import { DeviceChoices, LevelMeter } from "./choices.js";
import { Preview } from "./preview.js";
import { CameraSwitch, MicrophoneSwitch } from "./switches.js";

type LoggedIn = Extract<Session, { status: "in" }>;

/** Before a room: is the camera right, is the microphone heard, and under which name. */
export function Door({
  room,
  session,
  onEnter,
}: {
  room: string;
  session: LoggedIn;
  onEnter: (context: NERoomContext) => void;
}) {
  const t = useText();
  const [preview] = useState(() => new Preview(rooms().getPreviewRoomContext()));
  const known = recentRooms().find((entry) => entry.room === room && entry.appKey === session.appKey);
  return (
    <Frame>
      <div className="check">
        <PreviewTile preview={preview} session={session} />
        <section className="check-side">
          <p className="check-room">{shownRoom(room)}</p>
          <h1>{known?.name || t("checkTitle")}</h1>
          <p className="lead">{preview.isSupported ? t("checkLead") : t("noCallsHere")}</p>
          <JoinForm
            room={room}
            session={session}
            wantsHost={known?.host === session.userUuid}
            onJoined={async (context) => {
              await preview.end();
              onEnter(context);
            }}
          />
          {preview.isSupported && (
            <details className="check-devices" open={window.innerWidth > 900}>
              <summary>
                <Icon name="settings" size={18} />
                {t("devices")}
              </summary>
              <DeviceChoices devices={preview.devices} onTest={() => void preview.testSound()} />
            </details>
          )}
        </section>
      </div>
    </Frame>
  );
}

function PreviewTile({ preview, session }: { preview: Preview; session: LoggedIn }) {
  const t = useText();
  const place = useRef<HTMLDivElement>(null);
  const { camera, wantsCamera, wantsMic } = useStore(preview.view);
  useEffect(() => {
    if (place.current) void preview.begin(place.current);
    return () => void preview.end();
  }, [preview]);
  const note = { on: "", off: t("cameraOffPreview"), starting: t("cameraStarting"), blocked: t("cameraBlocked") };
  return (
    <section className="check-preview" aria-label={t("checkTitle")}>
      <div ref={place} className="video" hidden={camera !== "on"} />
      {camera !== "on" && (
        <div className="check-empty">
          <Avatar id={session.userUuid} name={session.name} size={112} />
          {preview.isSupported && <p role="status">{note[camera]}</p>}
        </div>
      )}
      {preview.isSupported && (
        <div className="check-tools">
          <LevelMeter level={preview.level} isOn={wantsMic} />
          <MicrophoneSwitch isOn={wantsMic} onSwitch={() => void preview.switchMic()} />
          <CameraSwitch isOn={wantsCamera} onSwitch={() => void preview.switchCamera()} />
        </div>
      )}
    </section>
  );
}

interface JoinProps {
  room: string;
  session: LoggedIn;
  wantsHost: boolean;
  onJoined: (context: NERoomContext) => void;
}

function JoinForm({ room, session, wantsHost, onJoined }: JoinProps) {
  const t = useText();
  const [name, setName] = useState(session.name);
  const [password, setPassword] = useState(passwords.get(room) ?? "");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const shown = name.trim() || session.name;
    setBusy(true);
    setError(null);
    try {
      const context = await join(room, shown, password, wantsHost);
      rename(shown);
      onJoined(context);
    } catch (reason) {
      setBusy(false);
      const isPassword = codeNameOf(reason) === "RoomPasswordWrong";
      setError(isPassword && !password ? null : reason);
      if (isPassword) setAsked(true);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      <Field label={t("yourName")} value={name} onValue={setName} maxLength={64} autoComplete="nickname" />
      {asked && (
        <Field
          label={t("password")}
          value={password}
          onValue={setPassword}
          hint={t("passwordNeeded")}
          autoFocus
          autoComplete="off"
        />
      )}
      {error !== null && (
        <p className="alert" role="alert">
          {errorText(error)}
        </p>
      )}
      <div className="check-buttons">
        <Button kind="main" size="l" submit busy={busy}>
          {busy ? t("joining") : t("joinNow")}
        </Button>
        <Button kind="quiet" size="l" onClick={() => go({ page: "lobby" })}>
          {t("back")}
        </Button>
      </div>
    </form>
  );
}

/** Joins; who made the room comes as its host, unless somebody else is that by now. */
async function join(room: string, userName: string, password: string, wantsHost: boolean): Promise<NERoomContext> {
  const as = (role: string) =>
    rooms().joinRoom({ roomUuid: room, userName, role, password, initialProperties: {} }, {});
  try {
    return (await as(wantsHost ? "host" : "member")).data;
  } catch (error) {
    if (!wantsHost || codeNameOf(error) !== "RoomRoleExceeded") throw error;
    return (await as("member")).data;
  }
}
