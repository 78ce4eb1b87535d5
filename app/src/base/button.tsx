import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon.js";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className" | "type">;

interface ButtonProps extends Native {
  kind?: "main" | "plain" | "quiet" | "danger";
  size?: "m" | "l";
  icon?: IconName;
  busy?: boolean;
  wide?: boolean;
  submit?: boolean;
  /** Has the focus when its dialog opens. */
  "data-first"?: boolean;
  children: ReactNode;
}

/** A button with words. While `busy` it cannot be pressed again. */
export function Button({ kind = "plain", size = "m", icon, busy, wide, submit, children, ...rest }: ButtonProps) {
  const disabled = rest.disabled || busy;
  return (
    <button
      {...rest}
      type={submit ? "submit" : "button"}
      disabled={disabled}
      aria-busy={busy || undefined}
      className={`button button-${kind} button-${size}${wide ? " button-wide" : ""}`}
    >
      {busy ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Native {
  icon: IconName;
  /** What it does: read aloud, and shown when it is pointed at. */
  label: string;
  /** Where the words are shown. */
  tip?: "above" | "below" | "none";
  kind?: "quiet" | "tool" | "off" | "danger" | "active";
  size?: "s" | "m" | "l";
  badge?: number | undefined;
  keys?: string;
}

/** A button that is only a picture. */
export function IconButton({
  icon,
  label,
  tip = "above",
  kind = "quiet",
  size = "m",
  badge = 0,
  keys,
  ...rest
}: IconButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      aria-label={label}
      aria-keyshortcuts={keys}
      data-tip={tip === "none" ? undefined : keys ? `${label} (${keys})` : label}
      className={`icon-button icon-button-${kind} icon-button-${size} tip-${tip}`}
    >
      <Icon name={icon} size={size === "s" ? 17 : size === "l" ? 23 : 20} />
      {badge > 0 && <span className="badge">{badge > 99 ? "99+" : badge}</span>}
    </button>
  );
}
