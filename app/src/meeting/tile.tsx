import { useEffect, useRef, useSyncExternalStore } from "react";
import { Avatar, hueOf } from "../base/avatar.js";
import { IconButton } from "../base/button.js";
import { Icon, SignalBars } from "../base/icon.js";
import { useStore } from "../base/store.js";
import type { TextKey } from "../text/en.js";
import { useText } from "../text/text.js";
import { type Call, SPEAKS_FROM } from "./call.js";
import type { Rect } from "./layout.js";
import type { Meeting } from "./meeting.js";
import type { Tile } from "./tiles.js";

interface TileProps {
  tile: Tile;
  rect: Rect;
  meeting: Meeting;
  isPinned: boolean;
  onPin: () => void;
}

/** Somebody's picture, or letters while there is none. */
export function TileView({ tile, rect, meeting, isPinned, onPin }: TileProps) {
  const t = useText();
  const { member, source, isLocal } = tile;
  const isScreen = source === "screen";
  const hasVideo = isScreen ? member.isSharingScreen : member.isVideoOn;
  const speaks = useSpeaks(meeting.call, member.uuid) && member.isAudioOn && !isScreen;
  const name = isLocal ? t("youNamed", { name: member.name }) : member.name;
  const avatar = Math.max(36, Math.min(132, rect.width * 0.32, rect.height * 0.44));
  const { status } = useStore(meeting.call.view);
  const tint = `color-mix(in oklab, oklch(0.55 0.13 ${hueOf(member.uuid)}) 13%, var(--tile))`;
  const background = isScreen ? undefined : tint;
  const style = { background, translate: `${rect.x}px ${rect.y}px`, width: rect.width, height: rect.height };
  const label = isScreen ? t("tileScreen", { name: member.name }) : name;
  const classes = ["tile", speaks && "tile-speaks", isScreen && "tile-screen", rect.width < 240 && "tile-small"];
  return (
    <figure className={classes.filter(Boolean).join(" ")} style={style} aria-label={label} data-user={member.uuid}>
      {/* Until the first picture is there, letters are seen behind it. */}
      {!isScreen && <Avatar id={member.uuid} name={member.name} picture={member.avatar} size={avatar} />}
      {hasVideo && <Video call={meeting.call} tile={tile} />}
      <figcaption className="tile-name">
        {!isScreen && !member.isAudioOn && status !== "none" && (
          <span className="tile-muted" role="img" aria-label={t("micIsOff")}>
            <Icon name="micOff" size={15} />
          </span>
        )}
        {isScreen && <Icon name="screen" size={15} />}
        <span>{label}</span>
      </figcaption>
      {!isScreen && <Quality call={meeting.call} userUuid={member.uuid} name={member.name} />}
      <div className="tile-tools">
        <IconButton
          icon="pin"
          size="s"
          tip="none"
          kind={isPinned ? "active" : "quiet"}
          label={isPinned ? t("unpin") : t("pin")}
          aria-pressed={isPinned}
          onClick={onPin}
        />
      </div>
    </figure>
  );
}

function Video({ call, tile }: { call: Call; tile: Tile }) {
  const place = useRef<HTMLDivElement>(null);
  const { status } = useStore(call.view);
  const { member, source } = tile;
  const hasCall = status !== "none";
  useEffect(() => {
    if (place.current && hasCall) return call.show(place.current, member.uuid, source);
  }, [call, member.uuid, source, hasCall]);
  return <div ref={place} className="video" />;
}

function Quality({ call, userUuid, name }: { call: Call; userUuid: string; name: string }) {
  const t = useText();
  const bars = useSyncExternalStore(call.quality.watch, () => call.quality.get().get(userUuid) ?? 0);
  if (bars === 0) return null;
  const quality = t(`quality${bars}` as TextKey);
  return (
    <span className={bars <= 2 ? "tile-quality tile-quality-bad" : "tile-quality"}>
      <SignalBars level={bars} label={t("connection", { name, quality })} />
    </span>
  );
}

/** Drawn anew only when somebody begins or stops speaking, not with every level. */
export function useSpeaks(call: Call, userUuid: string): boolean {
  return useSyncExternalStore(call.levels.watch, () => (call.levels.get().get(userUuid) ?? 0) >= SPEAKS_FROM);
}
