import type { DeviceType } from "parlor-web";
import type { ReactNode } from "react";
import { IconButton } from "../base/button.js";
import { Menu, type MenuGroup } from "../base/menu.js";
import { useStore } from "../base/store.js";
import { say } from "../base/toast.js";
import { kindText, namesOf } from "../device/choices.js";
import type { Devices } from "../device/devices.js";
import { CameraSwitch, MicrophoneSwitch } from "../device/switches.js";
import { usePreferences } from "../lobby/frame.js";
import { errorText, useText } from "../text/text.js";
import type { Meeting } from "./meeting.js";
import { type Deed, KEYS } from "./shortcuts.js";
import { copyLink } from "./stage.js";
import type { Desk } from "./view.js";

interface ToolbarProps {
  meeting: Meeting;
  desk: Desk;
  arrange: (change: Partial<Desk>) => void;
  obey: (deed: Deed) => void;
}

export function Toolbar({ meeting, desk, arrange, obey }: ToolbarProps) {
  const t = useText();
  const { me, members } = useStore(meeting.view);
  const { status, busy } = useStore(meeting.call.view);
  const { unread } = useStore(meeting.chat.log);
  const hasCall = status !== "none";
  const isIn = status === "joined";
  const canShare = "getDisplayMedia" in (navigator.mediaDevices ?? {});
  return (
    <div className="toolbar" role="toolbar" aria-label={t("meetingControls")}>
      {hasCall && (
        <>
          <WithDevices devices={meeting.call.devices} kinds={["microphone", "speaker"]} label={t("microphone")}>
            <MicrophoneSwitch
              isOn={me.isAudioOn}
              keys={KEYS.mic}
              disabled={!isIn}
              busy={busy.mic}
              onSwitch={() => obey("mic")}
            />
          </WithDevices>
          <WithDevices devices={meeting.call.devices} kinds={["camera"]} label={t("cameraDevice")}>
            <CameraSwitch
              isOn={me.isVideoOn}
              keys={KEYS.camera}
              disabled={!isIn}
              busy={busy.camera}
              onSwitch={() => obey("camera")}
            />
          </WithDevices>
          {canShare && (
            <span className="wide-only">
              <IconButton
                icon={me.isSharingScreen ? "screenStop" : "screen"}
                size="l"
                kind={me.isSharingScreen ? "active" : "tool"}
                label={me.isSharingScreen ? t("shareStop") : t("share")}
                keys={KEYS.share}
                aria-pressed={me.isSharingScreen}
                disabled={!isIn}
                aria-busy={busy.share}
                onClick={() => obey("share")}
              />
            </span>
          )}
        </>
      )}
      <IconButton
        icon="chat"
        size="l"
        kind={desk.panel === "chat" ? "active" : "tool"}
        label={unread > 0 ? t("chatUnread", { count: unread }) : t("chat")}
        keys={KEYS.chat}
        badge={unread}
        aria-expanded={desk.panel === "chat"}
        onClick={() => obey("chat")}
      />
      <span className="with-count">
        <IconButton
          icon="people"
          size="l"
          kind={desk.panel === "members" ? "active" : "tool"}
          label={t("membersCount", { count: members.length })}
          keys={KEYS.members}
          aria-expanded={desk.panel === "members"}
          onClick={() => obey("members")}
        />
        <span className="count" aria-hidden="true">
          {members.length}
        </span>
      </span>
      <MoreMenu meeting={meeting} desk={desk} arrange={arrange} obey={obey} hasCall={hasCall && canShare && isIn} />
      <IconButton
        icon="leave"
        size="l"
        kind="danger"
        label={t("leave")}
        keys={KEYS.leave}
        onClick={() => obey("leave")}
      />
    </div>
  );
}

interface WithDevicesProps {
  devices: Devices | null;
  kinds: readonly DeviceType[];
  label: string;
  children: ReactNode;
}

/** A switch with a small menu of its devices beside it. */
function WithDevices({ devices, kinds, label, children }: WithDevicesProps) {
  return (
    <span className="with-devices">
      {children}
      {devices && <DeviceMenu devices={devices} kinds={kinds} label={label} />}
    </span>
  );
}

function DeviceMenu({ devices, kinds, label }: { devices: Devices; kinds: readonly DeviceType[]; label: string }) {
  const t = useText();
  const lists = useStore(devices.lists);
  const groups: MenuGroup[] = kinds.map((kind) => ({
    heading: kindText(t, kind),
    items: namesOf(t, kind, lists[kind]).map(({ value, label: shown }) => ({
      label: shown,
      checked: value === lists[kind].chosen,
      onPick: () => void devices.choose(kind, value).catch((error) => say(errorText(error), { kind: "error" })),
    })),
  }));
  if (groups.every(({ items }) => items.length === 0)) return null;
  return (
    <Menu
      label={label}
      side="above"
      align="middle"
      groups={groups}
      button={(props) => <IconButton {...props} icon="up" size="s" tip="none" label={`${label}: ${t("devices")}`} />}
    />
  );
}

function MoreMenu({ meeting, desk, arrange, obey, hasCall }: ToolbarProps & { hasCall: boolean }) {
  const t = useText();
  const { me, isLocked } = useStore(meeting.view);
  const { language, theme } = usePreferences();
  const isHost = me.role.name === "host" || me.role.name === "cohost";
  const room: MenuGroup = {
    items: [
      { label: t("copyLink"), icon: "link", onPick: () => void copyLink(meeting) },
      { label: t("roomDetails"), icon: "note", onPick: () => arrange({ window: "room" }) },
      ...(isHost
        ? [
            {
              label: isLocked ? t("unlock") : t("lock"),
              icon: isLocked ? ("unlock" as const) : ("lock" as const),
              onPick: () => void meeting.do(isLocked ? meeting.room.unlockRoom() : meeting.room.lockRoom()),
            },
          ]
        : []),
    ],
  };
  const look: MenuGroup = {
    heading: t("layout"),
    items: (["grid", "speaker"] as const).map((each) => ({
      label: each === "grid" ? t("layoutGrid") : t("layoutSpeaker"),
      checked: desk.look === each,
      onPick: () => arrange({ look: each, pinned: "" }),
    })),
  };
  const tools: MenuGroup = {
    items: [
      ...(hasCall
        ? [
            {
              label: me.isSharingScreen ? t("shareStop") : t("share"),
              icon: "screen" as const,
              onPick: () => obey("share"),
            },
            { label: t("devices"), icon: "settings" as const, onPick: () => arrange({ window: "devices" as const }) },
          ]
        : []),
      {
        label: document.fullscreenElement ? t("fullscreenExit") : t("fullscreen"),
        icon: document.fullscreenElement ? "shrink" : "expand",
        onPick: () => obey("fullscreen"),
      },
      { label: t("shortcuts"), icon: "keyboard", onPick: () => obey("help") },
    ],
  };
  return (
    <Menu
      label={t("more")}
      side="above"
      align="middle"
      groups={[room, look, tools, language, theme]}
      button={(props) => <IconButton {...props} icon="more" size="l" kind="tool" label={t("more")} />}
    />
  );
}
