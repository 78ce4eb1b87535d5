import { type ReactNode, useEffect, useId, useRef } from "react";
import { useText } from "../text/text.js";
import { IconButton } from "./button.js";

interface PanelProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A panel beside the stage; on a phone it is over it. Escape closes it, and the focus goes back. */
export function SidePanel({ title, onClose, children }: PanelProps) {
  const t = useText();
  const id = useId();
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const panel = element.current;
    if (!panel?.contains(document.activeElement)) panel?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <aside
      ref={element}
      className="panel"
      tabIndex={-1}
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={t("close")} tip="none" onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}
