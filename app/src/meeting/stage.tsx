import { useLayoutEffect, useRef, useState } from "react";
import { Button, IconButton } from "../base/button.js";
import { useStore } from "../base/store.js";
import { say } from "../base/toast.js";
import { roomLink } from "../route.js";
import { keptAppKey } from "../session/kept.js";
import { text, useText } from "../text/text.js";
import { arrange as place, type Size } from "./layout.js";
import type { Meeting } from "./meeting.js";
import { TileView } from "./tile.js";
import { focusOf, tilesOf, withFocus } from "./tiles.js";
import type { Desk } from "./view.js";

interface StageProps {
  meeting: Meeting;
  desk: Desk;
  arrange: (change: Partial<Desk>) => void;
}

/** Everybody who is seen. Tiles keep their elements and only move, so that no picture blinks. */
export function Stage({ meeting, desk, arrange }: StageProps) {
  const t = useText();
  const view = useStore(meeting.view);
  const { speaker } = useStore(meeting.call.view);
  const [ref, size] = useSize();
  const [page, setPage] = useState(0);
  const all = tilesOf(view.members, view.me.uuid);
  const focus = focusOf(all, desk.pinned, desk.look, speaker);
  const tiles = withFocus(all, focus);
  const arrangement = place(focus ? "focus" : "grid", tiles.length, size, page);
  const { rects, first, pages } = arrangement;
  const isFocus = focus !== null && tiles.length > 1;
  const shown = isFocus
    ? [tiles[0], ...tiles.slice(1 + first, first + rects.length)]
    : tiles.slice(first, first + rects.length);
  return (
    <main className="stage" aria-label={view.name}>
      <div className="stage-area" ref={ref}>
        {shown.map((tile, at) => {
          const rect = rects[at];
          if (!tile || !rect) return null;
          const isPinned = desk.pinned === tile.key;
          return (
            <TileView
              key={tile.key}
              tile={tile}
              rect={rect}
              meeting={meeting}
              isPinned={isPinned}
              onPin={() => arrange({ pinned: isPinned ? "" : tile.key })}
            />
          );
        })}
        {view.members.length === 1 && <Alone meeting={meeting} />}
      </div>
      {pages > 1 && (
        <nav className="pages" aria-label={t("page", { page: arrangement.page + 1, pages })}>
          <IconButton
            icon="left"
            label={t("pageBefore")}
            disabled={arrangement.page === 0}
            onClick={() => setPage(arrangement.page - 1)}
          />
          <span aria-hidden="true">
            {arrangement.page + 1} / {pages}
          </span>
          <IconButton
            icon="right"
            label={t("pageNext")}
            disabled={arrangement.page === pages - 1}
            onClick={() => setPage(arrangement.page + 1)}
          />
        </nav>
      )}
    </main>
  );
}

function Alone({ meeting }: { meeting: Meeting }) {
  const t = useText();
  return (
    <div className="alone">
      <div>
        <strong>{t("youAlone")}</strong>
        <p>{t("youAloneLead")}</p>
      </div>
      <Button kind="main" icon="link" onClick={() => void copyLink(meeting)}>
        {t("copyLink")}
      </Button>
    </div>
  );
}

export function linkOf(meeting: Meeting): string {
  return roomLink(location.origin, meeting.room.roomUuid, keptAppKey());
}

export async function copyLink(meeting: Meeting): Promise<void> {
  const link = linkOf(meeting);
  try {
    await navigator.clipboard.writeText(link);
    say(text("linkCopied"), { icon: "check" });
  } catch {
    // Without the clipboard the link can still be read.
    say(link, { icon: "link" });
  }
}

/** The size of an element, whenever it changes. */
function useSize(): [React.RefObject<HTMLDivElement | null>, Size] {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
