import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Icon, type IconName } from "./icon.js";
import { nextIndex } from "./roving.js";

/** One line of a menu; `checked` makes it a choice. */
export interface MenuItem {
  label: string;
  icon?: IconName;
  checked?: boolean;
  danger?: boolean;
  disabled?: boolean;
  keys?: string;
  onPick: () => void;
}

/** A heading, or a line between groups when it has no words. */
export interface MenuGroup {
  heading?: string;
  items: readonly MenuItem[];
}

interface MenuProps {
  label: string;
  groups: readonly MenuGroup[];
  /** Draws the button that opens it. */
  button: (props: { onClick: () => void; "aria-haspopup": "menu"; "aria-expanded": boolean }) => ReactNode;
  side?: "above" | "below";
  align?: "start" | "end" | "middle";
}

/** A list of things to do that opens at a button. Arrows, Home, End and Escape work as everywhere. */
export function Menu({ label, groups, button, side = "below", align = "end" }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const close = (back: boolean) => {
    setOpen(false);
    if (back) place.current?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [isOpen]);
  return (
    <div className="menu-place" ref={place}>
      {button({ onClick: () => setOpen(!isOpen), "aria-haspopup": "menu", "aria-expanded": isOpen })}
      {isOpen && <List label={label} groups={groups} side={side} align={align} close={close} />}
    </div>
  );
}

interface ListProps {
  label: string;
  groups: readonly MenuGroup[];
  side: string;
  align: string;
  close: (back: boolean) => void;
}

function List({ label, groups, side, align, close }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  const items = () => [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]:not([disabled])") ?? [])];
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useLayoutEffect(() => {
    const all = items();
    (all.find((item) => item.getAttribute("aria-checked") === "true") ?? all[0])?.focus();
    keepInside(list.current);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return close(true);
    }
    if (event.key === "Tab") return close(false);
    const next = nextIndex(event.key, at, all.length);
    if (next === null) return;
    event.preventDefault();
    all[next]?.focus();
  };
  return (
    <div
      ref={list}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      className={`menu menu-${side} menu-${align}`}
      onKeyDown={onKeyDown}
    >
      {groups
        .filter(({ items: some }) => some.length > 0)
        .map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
          <div
            key={group.heading ?? group.items[0]?.label}
            role="group"
            aria-label={group.heading}
            className="menu-group"
          >
            {group.heading && <div className="menu-heading">{group.heading}</div>}
            {group.items.map((item) => (
              <Item key={item.label} item={item} close={close} />
            ))}
          </div>
        ))}
    </div>
  );
}

function Item({ item, close }: { item: MenuItem; close: (back: boolean) => void }) {
  const isChoice = item.checked !== undefined;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it is set on choices alone
    <button
      type="button"
      role={isChoice ? "menuitemradio" : "menuitem"}
      aria-checked={item.checked}
      tabIndex={-1}
      disabled={item.disabled}
      className={item.danger ? "menu-item menu-danger" : "menu-item"}
      onClick={() => {
        close(true);
        item.onPick();
      }}
    >
      <span className="menu-icon">
        {isChoice ? item.checked && <Icon name="check" size={18} /> : item.icon && <Icon name={item.icon} size={18} />}
      </span>
      <span className="menu-label">{item.label}</span>
      {item.keys && <kbd>{item.keys}</kbd>}
    </button>
  );
}

/** Moves a list that would leave the window back into it. */
function keepInside(list: HTMLElement | null): void {
  if (!list) return;
  const { left, right } = list.getBoundingClientRect();
  const margin = 8;
  const shift = Math.max(0, margin - left) - Math.max(0, right - window.innerWidth + margin);
  if (shift !== 0) list.style.translate = `${shift}px 0`;
}
