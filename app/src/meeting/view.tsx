import { useCallback, useEffect, useRef, useState } from "react";
import { Icon } from "../base/icon.js";
import { useStore } from "../base/store.js";
import { ChatPanel } from "../chat/panel.js";
import { MembersPanel } from "../people/panel.js";
import { shownRoom } from "../route.js";
import { useText } from "../text/text.js";
import { DevicesDialog, LeaveDialog, RoomDialog, ShortcutsDialog } from "./dialogs.js";
import type { Meeting } from "./meeting.js";
import { type Deed, deedOf, shortcutsOn } from "./shortcuts.js";
import { Stage } from "./stage.js";
import { Toolbar } from "./toolbar.js";

export type Panel = "chat" | "members" | null;
export type Window = "leave" | "room" | "shortcuts" | "devices" | null;
export type Look = "grid" | "speaker";

/** What of the page the person has arranged. */
export interface Desk {
  panel: Panel;
  window: Window;
  look: Look;
  pinned: string;
}

/** A meeting: the stage, the tools below it, and a panel at its side. */
export function MeetingView({ meeting }: { meeting: Meeting }) {
  const t = useText();
  const view = useStore(meeting.view);
  const [desk, setDesk] = useState<Desk>({ panel: null, window: null, look: "grid", pinned: "" });
  const arrange = useCallback((change: Partial<Desk>) => setDesk((before) => ({ ...before, ...change })), []);
  const { panel, window: open } = desk;
  useEffect(() => meeting.chat.look(panel === "chat"), [meeting, panel]);
  useEffect(() => {
    const before = document.title;
    document.title = view.name ? `${view.name} · Parlor` : "Parlor";
    return () => {
      document.title = before;
    };
  }, [view.name]);
  const obey = useDeeds(meeting, desk, arrange);
  const closeWindow = () => arrange({ window: null });
  return (
    <div className={panel ? "meeting meeting-split" : "meeting"}>
      <header className="meeting-head">
        <h1>{view.name || shownRoom(meeting.room.roomUuid)}</h1>
        {view.isLocked && (
          <span className="meeting-locked" title={t("lockedHint")}>
            <Icon name="lock" size={15} />
            {t("locked")}
          </span>
        )}
        <Clock />
      </header>
      <Banner meeting={meeting} />
      <Stage meeting={meeting} desk={desk} arrange={arrange} />
      {panel === "chat" && <ChatPanel meeting={meeting} onClose={() => arrange({ panel: null })} />}
      {panel === "members" && (
        <MembersPanel
          meeting={meeting}
          onClose={() => arrange({ panel: null })}
          onWrite={(userUuid) => {
            meeting.chat.to.set(userUuid);
            arrange({ panel: "chat" });
          }}
        />
      )}
      <Toolbar meeting={meeting} desk={desk} arrange={arrange} obey={obey} />
      {open === "leave" && <LeaveDialog meeting={meeting} onClose={closeWindow} />}
      {open === "room" && <RoomDialog meeting={meeting} onClose={closeWindow} />}
      {open === "shortcuts" && <ShortcutsDialog onClose={closeWindow} />}
      {open === "devices" && meeting.call.devices && (
        <DevicesDialog devices={meeting.call.devices} onClose={closeWindow} />
      )}
    </div>
  );
}

/** What keys and tools do; holding the space bar opens the microphone as long as it is held. */
function useDeeds(meeting: Meeting, desk: Desk, arrange: (change: Partial<Desk>) => void): (deed: Deed) => void {
  const latest = useRef({ desk });
  latest.current = { desk };
  const talking = useRef(false);
  const obey = useCallback(
    (deed: Deed) => {
      const { me } = meeting.view.get();
      const { panel, look } = latest.current.desk;
      const isIn = meeting.call.view.get().status === "joined";
      const turn = (which: Panel) => arrange({ panel: panel === which ? null : which });
      switch (deed) {
        case "mic":
          return void (isIn && meeting.call.setMic(!me.isAudioOn));
        case "camera":
          return void (isIn && meeting.call.setCamera(!me.isVideoOn));
        case "share":
          return void (isIn && meeting.call.setShare(!me.isSharingScreen));
        case "chat":
          return turn("chat");
        case "members":
          return turn("members");
        case "layout":
          return arrange({ look: look === "grid" ? "speaker" : "grid", pinned: "" });
        case "fullscreen":
          return void switchFullscreen();
        case "help":
          return arrange({ window: "shortcuts" });
        case "leave":
          return arrange({ window: "leave" });
      }
    },
    [meeting, arrange],
  );
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      const deed = shortcutsOn() ? deedOf(event) : null;
      if (!deed || latest.current.desk.window) return;
      event.preventDefault();
      if (deed !== "talk") return event.repeat ? undefined : obey(deed);
      if (talking.current || meeting.view.get().me.isAudioOn || meeting.call.view.get().status !== "joined") return;
      talking.current = true;
      void meeting.call.setMic(true);
    };
    const up = (event: KeyboardEvent) => {
      if (event.key !== " " || !talking.current) return;
      talking.current = false;
      void meeting.call.setMic(false);
    };
    document.addEventListener("keydown", down);
    document.addEventListener("keyup", up);
    return () => {
      document.removeEventListener("keydown", down);
      document.removeEventListener("keyup", up);
    };
  }, [meeting, obey]);
  return obey;
}

async function switchFullscreen(): Promise<void> {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    // The browser does not want to.
  }
}

function Banner({ meeting }: { meeting: Meeting }) {
  const t = useText();
  const { connection, me } = useStore(meeting.view);
  const { status, soundBlocked } = useStore(meeting.call.view);
  return (
    <div className="banner-place" role="status">
      {connection === "down" && (
        <p className="banner banner-warn">
          <span className="spinner" aria-hidden="true" />
          {t("reconnecting")}
        </p>
      )}
      {connection === "back" && (
        <p className="banner banner-good">
          <Icon name="check" size={18} />
          {t("backAgain")}
        </p>
      )}
      {connection === "up" && status === "failed" && (
        <p className="banner">
          {t("callLost")}
          <button type="button" onClick={() => void meeting.call.retry()}>
            {t("retry")}
          </button>
        </p>
      )}
      {me.isSharingScreen && connection === "up" && (
        <p className="banner">
          <Icon name="screen" size={18} />
          {t("youShare")}
          <button type="button" onClick={() => void meeting.call.setShare(false)}>
            {t("shareStop")}
          </button>
        </p>
      )}
      {soundBlocked && (
        <p className="banner">
          {t("soundBlocked")}
          <button type="button" onClick={() => void meeting.call.letSoundPlay()}>
            {t("soundAllow")}
          </button>
        </p>
      )}
    </div>
  );
}

/** How long the person has been in. */
function Clock() {
  const [begun] = useState(Date.now);
  const [now, setNow] = useState(begun);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(ticking);
  }, []);
  return <span className="clock">{durationText(now - begun)}</span>;
}

export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}
