import { useText } from "../text/text.js";
import { IconButton } from "./button.js";
import { Icon, type IconName } from "./icon.js";
import { Store, useStore } from "./store.js";

export interface Toast {
  id: number;
  kind: "note" | "error";
  text: string;
  icon?: IconName | undefined;
  /** One thing that can be done about it. */
  action?: { label: string; onPick: () => void } | undefined;
}

/** How long one stays. */
const SHOWN_MS = 5000;
const MOST = 3;

const toasts = new Store<readonly Toast[]>([]);
let next = 1;

/** Says something in passing. The same words are not said twice at once. */
export function say(text: string, more: Partial<Omit<Toast, "id" | "text">> = {}): void {
  const id = next++;
  const toast: Toast = { id, kind: "note", text, ...more };
  toasts.update((all) => [...all.filter((known) => known.text !== text), toast].slice(-MOST));
  setTimeout(() => dismiss(id), more.action ? SHOWN_MS * 3 : SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.update((all) => all.filter((toast) => toast.id !== id));
}

export function Toasts() {
  const t = useText();
  const all = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {all.map((toast) => (
        <div key={toast.id} className={`toast toast-${toast.kind}`}>
          <Icon name={toast.icon ?? (toast.kind === "error" ? "warning" : "note")} size={18} />
          <span className="toast-text">{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              className="toast-action"
              onClick={() => {
                dismiss(toast.id);
                toast.action?.onPick();
              }}
            >
              {toast.action.label}
            </button>
          )}
          <IconButton icon="close" size="s" tip="none" label={t("close")} onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </div>
  );
}
