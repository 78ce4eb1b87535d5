import { type FormEvent, useState } from "react";
import { Button } from "../base/button.js";
import { Dialog } from "../base/dialog.js";
import { Field } from "../base/field.js";
import { go } from "../route.js";
import { rememberRoom } from "../session/kept.js";
import { rooms, type Session } from "../session/session.js";
import { errorText, useText } from "../text/text.js";

/** Online meeting, one of the four templates that every app has. */
const MEETING = 40;
const NUMBER_DIGITS = 9;
const NAME_MOST = 64;

/** Makes a room and goes to its door. */
export function NewRoom({ session, onClose }: { session: Extract<Session, { status: "in" }>; onClose: () => void }) {
  const t = useText();
  const [name, setName] = useState(() => t("roomNameDefault", { name: session.name }).slice(0, NAME_MOST));
  const [own, setOwn] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const create = async () => {
    const room = own.trim() || randomNumber();
    setBusy(true);
    setError("");
    try {
      await rooms().createRoom(
        { roomUuid: room, roomName: name.trim(), templateId: MEETING, password, initialProperties: {} },
        { enableChatroom: true, enableRtc: true },
      );
    } catch (reason) {
      setBusy(false);
      return setError(errorText(reason));
    }
    const { appKey, userUuid } = session;
    rememberRoom({ room, name: name.trim(), appKey, host: userUuid, atMs: Date.now() });
    if (password) passwords.set(room, password);
    go({ page: "room", room });
  };
  return (
    <Dialog
      title={t("newRoom")}
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button kind="main" busy={busy} onClick={() => void create()}>
            {t("create")}
          </Button>
        </>
      }
    >
      <form
        className="form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label={t("roomName")} value={name} onValue={setName} maxLength={NAME_MOST} />
        <Field
          label={t("ownNumber")}
          value={own}
          onValue={setOwn}
          hint={t("ownNumberHint")}
          error={error || undefined}
          maxLength={64}
          autoCapitalize="off"
          spellCheck={false}
        />
        <Field
          label={t("passwordOptional")}
          value={password}
          onValue={setPassword}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
        />
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

/** Passwords of rooms that this page made, so that their maker is not asked for them. */
export const passwords = new Map<string, string>();

function randomNumber(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  const least = 10 ** (NUMBER_DIGITS - 1);
  return String(least + (random % (9 * least)));
}
