import { Store, useStore } from "../base/store.js";

/** How the client looks: as the system does, or as the person has chosen. */
export type Theme = "system" | "light" | "dark";

const KEY = "parlor-theme";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

const theme = new Store<Theme>(read());
apply(theme.get());

export function useTheme(): Theme {
  return useStore(theme);
}

/** Chooses, and remembers the choice in this browser. */
export function chooseTheme(chosen: Theme): void {
  theme.set(chosen);
  apply(chosen);
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // A page without storage begins with the system's look each time.
  }
}

function read(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.find((known) => known === kept) ?? "system";
  } catch {
    return "system";
  }
}

function apply(chosen: Theme): void {
  if (typeof document === "undefined") return;
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
