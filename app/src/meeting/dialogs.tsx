import { useState } from "react";
import { Button, IconButton } from "../base/button.js";
import { Dialog } from "../base/dialog.js";
import { Switch } from "../base/field.js";
import { useStore } from "../base/store.js";
import { DeviceChoices } from "../device/choices.js";
import type { Devices } from "../device/devices.js";
import { powersOf } from "../people/powers.js";
import { shownRoom } from "../route.js";
import type { TextKey } from "../text/en.js";
import { useText } from "../text/text.js";
import type { Meeting } from "./meeting.js";
import { type Deed, KEYS, shortcutsOn, switchShortcuts } from "./shortcuts.js";
import { copyLink, linkOf } from "./stage.js";

interface Props {
  meeting: Meeting;
  onClose: () => void;
}

export function LeaveDialog({ meeting, onClose }: Props) {
  const t = useText();
  const { me } = useStore(meeting.view);
  const mayEnd = powersOf(me.role.name).endRoom;
  return (
    <Dialog
      title={t("leaveTitle")}
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          {mayEnd && <Button onClick={() => void meeting.endForAll()}>{t("endForAll")}</Button>}
          <Button kind="danger" data-first onClick={() => void meeting.leave()}>
            {t("leaveRoom")}
          </Button>
        </>
      }
    >
      <p className="lead">{mayEnd ? t("endLead") : t("endedLEAVE_BY_SELF")}</p>
    </Dialog>
  );
}

export function RoomDialog({ meeting, onClose }: Props) {
  const t = useText();
  const { name } = useStore(meeting.view);
  const { room } = meeting;
  return (
    <Dialog title={name || t("roomDetails")} onClose={onClose}>
      <dl className="facts">
        <dt>{t("number")}</dt>
        <dd>{shownRoom(room.roomUuid)}</dd>
        {room.password && (
          <>
            <dt>{t("roomPassword")}</dt>
            <dd>{room.password}</dd>
          </>
        )}
        <dt>{t("link")}</dt>
        <dd className="facts-link">
          <span>{linkOf(meeting)}</span>
          <IconButton icon="copy" label={t("copy")} tip="none" onClick={() => void copyLink(meeting)} />
        </dd>
      </dl>
    </Dialog>
  );
}

export function DevicesDialog({ devices, onClose }: { devices: Devices; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t("devices")} onClose={onClose}>
      <DeviceChoices devices={devices} />
    </Dialog>
  );
}

const SHOWN: readonly [Deed, TextKey][] = [
  ["mic", "unmuteMic"],
  ["talk", "shortcutTalk"],
  ["camera", "cameraOn"],
  ["share", "share"],
  ["chat", "chat"],
  ["members", "members"],
  ["layout", "layout"],
  ["fullscreen", "fullscreen"],
  ["leave", "leave"],
  ["help", "shortcuts"],
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const [on, setOn] = useState(shortcutsOn);
  return (
    <Dialog title={t("shortcuts")} onClose={onClose}>
      <dl className="keys">
        {SHOWN.map(([deed, key]) => (
          <div key={deed}>
            <dt>{t(key)}</dt>
            <dd>
              <kbd>{KEYS[deed] === " " ? t("keySpace") : KEYS[deed]}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <Switch
        label={t("shortcutsOn")}
        hint={t("shortcutsHint")}
        on={on}
        onChange={(wanted) => {
          switchShortcuts(wanted);
          setOn(wanted);
        }}
      />
    </Dialog>
  );
}
